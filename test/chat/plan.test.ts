import { expect, test } from 'vitest';
import { type Means, plan, type Said } from '#src/chat/plan.ts';
import { hashCore } from '#src/message/core.ts';
import { hashView } from '#src/message/hash.ts';
import { type MessageView, plainView } from '#src/message/view.ts';

const HOUR = 3_600_000;
const at = (ms: number) => new Date(1_800_000_000_000 + ms);
const means = (ms: number, over: Partial<Means> = {}): Means => ({
  ...{ now: at(ms), talks: true, sparing: { olderThanMs: HOUR, everyMs: HOUR / 6 } },
  ...over,
});
const was = plainView('fail', ['a failed'], ['once']);
const more = plainView('fail', ['a failed'], ['twice']);
const over = plainView('ok', ['a is fine'], ['twice']);

const shows = (view: MessageView, { posted = 0, edited = null }: { posted?: number; edited?: number | null } = {}) => ({
  ...{ state: 'posted' as const, external_id: '1', view_hash: hashView(view), core_hash: hashCore(view) },
  ...{ posted_at: at(posted), edited_at: edited === null ? null : at(edited) },
});
const main = (...row: Parameters<typeof shows>): Said => new Map([['', shows(...row)]]);
const steps = (view: MessageView, said: Said, when: Means) =>
  plan({ view, thread: [] }, said, when).map((step) => step.do);

test('a young message is changed at once, an old one too where its state, its buttons or those asked are others', () => {
  expect(steps(more, main(was), means(HOUR / 2))).toEqual(['edit']);
  expect(steps(over, main(was, { edited: HOUR }), means(HOUR + 1))).toEqual(['edit']);
  expect(steps({ ...was, mentions: ['maya'] }, main(was, { edited: HOUR }), means(HOUR + 1))).toEqual(['edit']);
  const standing = (looks: string) => ({
    ...was,
    parts: [{ part: 'prose' as const, lines: [[looks]], state: true as const }],
  });
  const seen = main(standing('0 of 2'), { edited: HOUR });
  expect(steps(standing('1 of 2'), seen, means(HOUR + 1))).toEqual(['edit']);
  const button = { intent: 'look', subject: 'R-1', label: 'Look…', style: 'plain' } as const;
  const buttons = { ...was, parts: [...was.parts, { part: 'actions' as const, actions: [button] }] };
  expect(steps(buttons, main(was, { edited: HOUR }), means(HOUR + 1))).toEqual(['edit']);
});

test('what is not pressing waits on an old message, so long that there are ten minutes between two changes', () => {
  const said = main(was, { edited: HOUR });
  expect(plan({ view: more, thread: [] }, said, means(HOUR + 60_000))).toEqual([{ do: 'wait', ms: HOUR / 6 - 60_000 }]);
  expect(steps(more, said, means(HOUR + HOUR / 6))).toEqual(['edit']);
  expect(steps(more, main(was), means(2 * HOUR))).toEqual(['edit']);
  expect(steps(was, said, means(HOUR + 60_000))).toEqual([]);
  // Elsewhere old messages are as good as new ones, and what was said before this was known is changed at once.
  expect(steps(more, said, means(HOUR + 60_000, { sparing: undefined }))).toEqual(['edit']);
  expect(steps(more, new Map([['', { ...shows(was, { edited: HOUR }), core_hash: null }]]), means(HOUR + 1))).toEqual([
    'edit',
  ]);
});

const talk = (open: boolean) => ({
  ...{ view: was, name: 'R-1 · Brief', thread: [{ key: 'due', view: was }] },
  talk: { open, lines: open ? [] : [{ key: 'closed:1', view: over }] },
});
const left = (view_hash: string, ...lines: string[]): Said => {
  const row = { state: 'posted' as const, external_id: '2', view_hash };
  const said = new Map(main(was));
  for (const key of ['talk', ...lines]) said.set(key, row);
  return said;
};
const kinds = (open: boolean, said: Said, when = means(0)) =>
  plan(talk(open), said, when).map((step) =>
    step.do === 'talk' ? `talk ${step.open}` : 'key' in step ? step.key : step.do,
  );

test('the room for talk opens before anything is said there, closes after the last line, and opens again', () => {
  expect(kinds(true, new Map())).toEqual(['post', 'talk true', 'due']);
  expect(kinds(true, left('open R-1 · Brief', 'due'))).toEqual([]);
  expect(kinds(false, left('open R-1 · Brief', 'due'))).toEqual(['closed:1', 'talk false']);
  expect(kinds(false, left('open R-1 · Brief', 'due', 'closed:1'))).toEqual(['talk false']);
  expect(kinds(false, left('closed R-1 · Brief', 'due', 'closed:1'))).toEqual([]);
  expect(kinds(true, left('closed R-1 · Brief', 'due', 'closed:1'))).toEqual(['talk true']);
  // Nobody ever talked: nothing is opened to be closed. And where there are no rooms, nothing is said in them.
  expect(kinds(false, new Map())).toEqual(['post', 'due']);
  expect(kinds(false, left('open R-1 · Brief', 'due'), means(0, { talks: false }))).toEqual([]);
});
