import fc from 'fast-check';
import { type Action, INTENTS, type LinkAction } from '#src/message/action.ts';
import { checkView } from '#src/message/check-view.ts';
import { pingsOf } from '#src/message/spans.ts';
import type { Span, Text } from '#src/message/text.ts';
import type { MessageView, Part } from '#src/message/view.ts';

/** What people and skills have been known to write, or would like to. */
export const HOSTILE = [
  '<!channel> <@U0MAYA> <https://evil.example|click>',
  '@everyone @here <@110000000000000001> <#1> </run:1> <t:0:R>',
  '# heading\n- list\n> quote\n1. one',
  '**bold** __under__ ~~gone~~ ||spoiler|| `code` ```block```',
  '[words](https://evil.example) https://evil.example',
  '*a* _b_ ~c~ :boom: &amp; &lt;script&gt;<script>alert(1)</script>',
  '\u202Egnp.exe\u2066 zero\u200Bwidth\uFEFF\u{E0041}',
  'nul\0 bell\u0007 esc\u001B[31m',
  'lone \uD800 half \uDC00',
  '\\',
  '\\*',
  '`',
  '****',
  '🏳️‍🌈👩‍👩‍👧‍👦é\u0301',
  '',
  ' ',
  '- ',
  '#',
  '1',
  '. x',
  '…',
  `${'x'.repeat(5000)}`,
  '"\\'.repeat(2000),
  '&<>'.repeat(1500),
  '行'.repeat(3000),
  '😀'.repeat(3000),
];

export const foreign = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.string({ maxLength: 40 }) },
);

const ours = (most: number) => fc.stringMatching(new RegExp(`^[A-Z][a-z ]{0,${most - 2}}[a-z]$`));
const path = fc.stringMatching(/^\/[a-z0-9._~%()*&?=-]{0,40}$/);
const at = fc
  .date({ min: new Date('2024-01-01T00:00:00Z'), max: new Date('2028-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const key = fc.constantFrom('maya', 'jon', 'ana', 'lee');

export const span: fc.Arbitrary<Span> = fc.oneof(
  { weight: 4, arbitrary: foreign },
  fc.record({ kind: fc.constant('strong' as const), text: foreign }),
  fc.record({ kind: fc.constant('code' as const), text: foreign }),
  fc.record({ kind: fc.constant('command' as const), text: foreign }),
  fc.record({ kind: fc.constant('link' as const), text: foreign, path }),
  fc.record({ kind: fc.constant('person' as const), key, name: foreign, ping: fc.boolean() }),
  fc.record({
    kind: fc.constant('time' as const),
    at,
    form: fc.constantFrom('clock' as const, 'moment' as const, 'due' as const, 'ago' as const, 'day' as const),
  }),
);
const text: fc.Arbitrary<Text> = fc.array(span, { maxLength: 4 });
const seen: fc.Arbitrary<Text> = text.map((spans) => ['Seen ', ...spans]);

const records: fc.Arbitrary<Part> = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 40 }))
  .chain(([width, height]) =>
    fc.record({
      part: fc.constant('records' as const),
      caption: ours(40),
      columns: fc.array(fc.record({ label: ours(12), align: fc.constantFrom('left' as const, 'right' as const) }), {
        minLength: width,
        maxLength: width,
      }),
      rows: fc.array(fc.array(text, { minLength: width, maxLength: width, size: 'max' }), {
        minLength: height,
        maxLength: height,
      }),
      more: fc.integer({ min: 0, max: 100 }),
      noun: fc.constantFrom('run', 'item'),
    }),
  );

const chart: fc.Arbitrary<Part> = fc.integer({ min: 1, max: 40 }).chain((points) =>
  fc.record({
    part: fc.constant('chart' as const),
    title: ours(100),
    kind: fc.constantFrom('bar' as const, 'line' as const),
    unit: fc.constantFrom('', 'EUR', 'hours'),
    labels: fc.array(foreign, { minLength: points, maxLength: points }),
    series: fc.array(
      fc.record({
        name: foreign,
        values: fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })), {
          minLength: points,
          maxLength: points,
        }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  }),
);

const button: fc.Arbitrary<Action> = fc
  .record({
    intent: fc.constantFrom(...INTENTS),
    subject: fc.stringMatching(/^[A-Za-z0-9 -]{1,40}$/),
    revision: fc.option(fc.stringMatching(/^[a-z0-9.]{1,30}$/), { nil: undefined }),
    label: ours(28),
    style: fc.constantFrom('plain' as const, 'plain' as const, 'danger' as const),
    rare: fc.boolean(),
    asks: fc.boolean(),
    confirms: fc.boolean(),
    said: foreign,
  })
  .map(({ asks, confirms, said, ...rest }) => ({
    ...rest,
    label: asks ? `${rest.label}…` : rest.label,
    ...(asks
      ? {
          ask: {
            title: 'Title',
            submit: 'Send',
            fields: [{ kind: 'lines', name: 'reason', label: 'Reason', required: true, most: 500, initial: said }],
          },
        }
      : {}),
    ...(confirms || rest.style === 'danger'
      ? { confirm: { title: 'Sure?', text: `It will. ${said.slice(0, 280)}`, yes: 'Yes' } }
      : {}),
  })) as fc.Arbitrary<Action>;
const linkButton: fc.Arbitrary<LinkAction> = fc.record({
  intent: fc.constant('open' as const),
  label: ours(28),
  path,
  rare: fc.boolean(),
});

const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({
    part: fc.constant('facts' as const),
    facts: fc.array(fc.record({ label: ours(20), value: text }), { minLength: 1, maxLength: 30 }),
  }),
  fc.record({ part: fc.constant('prose' as const), lines: fc.array(text, { minLength: 1, maxLength: 40 }) }),
  fc.record({
    part: fc.constant('checklist' as const),
    title: ours(40),
    items: fc.array(fc.record({ label: text, value: fc.option(text, { nil: undefined }) }), {
      minLength: 1,
      maxLength: 30,
    }),
  }),
  records,
  chart,
  fc.record({ part: fc.constant('file' as const), name: foreign, bytes: fc.nat(), path }),
  fc.record({
    part: fc.constant('quote' as const),
    by: foreign,
    text: fc.array(foreign, { maxLength: 30 }).map((lines) => lines.join('\n')),
  }),
  fc.record({
    part: fc.constant('links' as const),
    links: fc.array(fc.record({ label: ours(20), path }), { maxLength: 30 }),
  }),
  fc.record({
    part: fc.constant('actions' as const),
    actions: fc.array(fc.oneof(button, linkButton), { maxLength: 9 }),
  }),
  fc.record({ part: fc.constant('footnote' as const), text }),
);

/** Any view that keeps the rules of the model, with the worst text that can stand in it. */
export const randomView: fc.Arbitrary<MessageView> = fc
  .record({
    first: seen,
    tone: fc.constantFrom('ok' as const, 'warn' as const, 'fail' as const, 'info' as const),
    summary: fc.array(seen, { minLength: 1, maxLength: 5 }),
    parts: fc.array(part, { maxLength: 12 }),
  })
  .map(({ first, tone, summary, parts }): MessageView => {
    const all: Part[] = [{ part: 'headline', tone, text: first }, ...parts];
    return { summary, parts: all, mentions: pingsOf(all).map((ping) => ping.key) };
  })
  .filter((view) => checkView(view).length === 0);
