/** A process that takes every question and never answers. It ends when who asked is gone. */
process.on('message', () => {});
