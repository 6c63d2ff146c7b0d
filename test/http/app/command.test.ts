import { expect, it } from 'vitest';
import { walkOf, withLine } from '#src/http/app/command.js';
import { pauseOf } from '#src/http/app/live.js';
import { browserScript } from '#src/http/app/script.ts';

it('walks back through what was asked, and forward to what is being typed', () => {
  const walk = walkOf(['status', 'roi year', 'runs'], 'que');
  expect([walk.older(), walk.older(), walk.older(), walk.older()]).toEqual(['runs', 'roi year', 'status', 'status']);
  expect([walk.newer(), walk.newer(), walk.newer(), walk.newer()]).toEqual(['roi year', 'runs', 'que', 'que']);
  expect(walkOf([], 'que').older()).toBe('que');
});

it('remembers each line once, the latest last, and not for ever', () => {
  expect(withLine(['status', 'runs'], 'status')).toEqual(['runs', 'status']);
  const many = Array.from({ length: 60 }, (_, index) => `run ${index}`);
  expect(withLine(many, 'status')).toHaveLength(50);
  expect(withLine(many, 'status').at(-1)).toBe('status');
});

it('waits longer after each break, up to half a minute, and differently in each tab', () => {
  expect([1, 2, 3, 20].map((breaks) => pauseOf(breaks, 1))).toEqual([1000, 2000, 4000, 30_000]);
  expect(pauseOf(20, 0)).toBe(15_000);
});

it('is one script that parses, without imports, exports or anything that runs text', () => {
  const script = browserScript();
  expect(() => new Function(script)).not.toThrow();
  expect(script).not.toMatch(/^(import|export) /m);
  expect(script).not.toMatch(/\beval\(|document\.write|insertAdjacentHTML|outerHTML =/);
  expect(script.match(/\.innerHTML = /g)).toHaveLength(1);
});
