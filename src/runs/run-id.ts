import { randomInt } from 'node:crypto';

// No 0, 1, l or o: an id is read aloud and typed from a phone.
const LETTERS = '23456789abcdefghijkmnpqrstuvwxyz';

/** `<workflow>-<YYYYMMDDTHHMMZ of its slot or start>-<4 characters>` (home-format), for example `brief-20261123T0500Z-7k3q`. */
export const runId = (workflow: string, at: Date, pick: (below: number) => number = (below) => randomInt(below)) => {
  const stamp = `${at.toISOString().slice(0, 16).replace(/[-:]/g, '')}Z`;
  const tail = Array.from({ length: 4 }, () => LETTERS[pick(LETTERS.length)]).join('');
  return `${workflow}-${stamp}-${tail}`;
};
