import { startActs } from './acts.js';
import { startAnswers } from './answers.js';
import { reachedBottom, startMarks } from './channel.js';
import { startCommand } from './command.js';
import { startLive } from './live.js';
import { startRenewing } from './renew.js';
import { startScroll } from './scroll.js';
import { refreshTimes } from './times.js';

/** How often the words of a moment are looked at, in ms. */
const FRESH = 15_000;

document.documentElement.classList.add('scripted');
startAnswers();
startActs();
startMarks();
startScroll(reachedBottom);
startCommand();
startLive();
startRenewing();
refreshTimes(document);
setInterval(() => refreshTimes(document), FRESH);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refreshTimes(document);
});
