import { describe, expect, it } from 'vitest';
import { commandHelpView, helpView } from '#blocks/help.ts';
import { type HelpFor, helpAnswer } from '#commands/help.ts';
import { commands } from '#commands/index.ts';
import { checkView } from '#src/message/check-view.ts';
import { summaryText, viewText } from '#src/message/plain.ts';
import { actionsOf } from '#src/message/spans.ts';
import { expectGolden } from '#test/golden/views/golden.ts';
import { homeOf } from '#test/reports/seed.ts';
import { READER } from './facts.ts';

const NOW = READER.now;
const home = homeOf(
  { brief: {} },
  {
    people: {
      maya: { name: 'Maya Lindt', email: 'maya@acme.example', roles: ['owner', 'approver'] },
      vic: { name: 'Vic Stone', email: 'vic@acme.example', roles: ['viewer'] },
      ana: { name: 'Ana Ruiz', email: 'ana@acme.example', roles: ['approver'] },
    },
    groups: {},
  },
);
const as = (person: string | null, more: Partial<HelpFor> = {}): HelpFor => ({
  ...{ home, person, now: NOW, cli: false },
  ...more,
});
const help = (at: HelpFor, name?: string) => helpAnswer(commands, at, name);

describe('help', () => {
  it('looks right to an owner, a viewer and the operator', async () => {
    await expectGolden('help/owner', help(as('maya')).view);
    await expectGolden('help/viewer', help(as('vic')).view);
    await expectGolden('help/operator', help(as(null, { home: null, cli: true })).view);
  });

  it('looks right for one command, also where it is not allowed', async () => {
    await expectGolden('help/pause', help(as('maya'), 'pause').view);
    await expectGolden('help/pause-refused', help(as('vic'), 'PAUSE').view);
    await expectGolden('help/queue', help(as('vic'), 'queue').view);
    await expectGolden('help/pause-fields', help(as('maya', { fields: true }), 'pause').view);
  });

  it('names whom it talks to and their roles, six commands with an example, and what these roles do not allow', () => {
    const view = help(as('vic')).view;
    const text = viewText(view, READER);
    expect(text.split('\n')[0]).toBe('What I can do for you now, Vic (viewer):');
    expect(view.parts[1]).toMatchObject({ part: 'prose', lines: { length: 6 } });
    expect(text).toContain('status · Is all well, what failed, what waits, what comes next');
    expect(text).toMatch(/Not with your roles: .*\bpause\b/);
    expect(text).not.toMatch(/^pause /m);
    expect(summaryText(help(as('maya')).view, READER)).toMatch(
      /^What I can do for you now, Maya \(owner and approver\): status, /,
    );
  });

  it('tells of every command exactly once, and is the same document for tools as before', () => {
    const { view, json } = help(as(null, { home: null, cli: true }));
    expect((json as { name: string }[]).map(({ name }) => name)).toEqual(commands.map(({ name }) => name));
    const text = viewText(view, READER);
    for (const { summary } of commands) expect(text.split(summary)).toHaveLength(2);
    expect(json).toContainEqual({
      name: 'audit',
      summary: 'What happened in a run, in order',
      usage: 'audit <run>',
      examples: ['audit monday-brief-20261123T0500Z-7k3q'],
      parameters: [{ name: 'run', summary: 'its run id' }],
      options: [],
      yours: true,
    });
  });

  it('shows what only the command line takes at the command line only', () => {
    expect(viewText(help(as('maya'), 'undo').view, READER)).not.toContain('--as');
    expect(viewText(help(as('maya', { cli: true }), 'undo').view, READER)).toContain('--as');
  });

  it('suggests the nearest command', () => {
    expect(() => help(as('maya'), 'stauts')).toThrow(
      'There is no command "stauts". Did you mean status? help lists them all.',
    );
    expect(() => help(as('maya'), 'x'.repeat(500))).toThrow(/^There is no command "x{40}"\. help lists them all\.$/);
  });

  it('keeps the rules of a message for every command and every person', () => {
    for (const person of ['maya', 'vic', 'ana', null]) {
      expect(checkView(help(as(person)).view)).toEqual([]);
      for (const { name } of commands) expect(checkView(help(as(person), name).view)).toEqual([]);
    }
  });

  it('tells somebody who is not listed what to do about it', () => {
    const { view } = help(as(null));
    expect(viewText(view, READER)).toContain(
      'Nothing yet: you are not listed in cowork.yaml. An admin can add you there.',
    );
    expect(actionsOf(view)).toEqual([]);
  });

  it('offers nothing to somebody who may do nothing', () => {
    const shut = {
      name: 'status',
      summary: 'x',
      usage: 'status',
      examples: ['status'],
      parameters: [],
      options: [],
      yours: false,
    };
    expect(actionsOf(helpView([shut], null))).toEqual([]);
    expect(checkView(commandHelpView(shut))).toEqual([]);
    expect(viewText(commandHelpView(shut), READER)).toContain('Your roles do not allow it for any workflow.');
  });
});
