import { describe, expect, it } from 'vitest';
import { alertListView } from '#blocks/alert-list.ts';
import { doneView, undoneView } from '#blocks/done.ts';
import { refusalView } from '#blocks/refusal.ts';
import { signInLinkView } from '#blocks/sign-in-link.ts';
import { commands } from '#commands/index.ts';
import { CoworkError, type ErrorCode, type Words } from '#src/errors.ts';
import { checkView } from '#src/message/check-view.ts';
import { summaryText, viewText } from '#src/message/plain.ts';
import { actionsOf } from '#src/message/spans.ts';
import { command } from '#src/message/text.ts';
import type { Failing } from '#src/reports/failing.ts';
import { runId } from '#src/runs/run-id.ts';
import { expectGolden } from '#test/golden/views/golden.ts';
import { at, HOSTILE, READER, RUN_ID } from './facts.ts';

const OWN_RUN = 'You started this run, so you cannot approve it. Ana and Jon can.';

const SAYS: Record<string, [ErrorCode, Words, string?]> = {
  own_run: ['refused', OWN_RUN],
  role: ['refused', 'You may not pause brief. Maya and Jon can.', 'pause'],
  decided: ['conflict', 'R-128 was approved by Ana today 09:05. Nothing changed.'],
  no_run: ['not_found', ['There is no run "brief-0". ', command('runs'), ' lists the latest ones.'], 'audit'],
  no_command: [
    'not_found',
    ['There is no command "stauts". Did you mean ', command('status'), '? ', command('help'), ' lists them all.'],
  ],
  misused: [
    'invalid',
    [
      'pause takes no option "--reasn"; did you mean --reason? Write: ',
      command('pause <workflow> [--reason <text>]'),
      '. For example: ',
      command('pause brief'),
    ],
    'pause',
  ],
  away: ['unavailable', 'R-128 could not be undone: the disk is full (ENOSPC). It is in production as before.', 'undo'],
};

describe('a refusal', () => {
  for (const [name, [code, words, about]] of Object.entries(SAYS)) {
    it(`looks right ${name}`, () => expectGolden(`refusal/${name}`, refusalView(new CoworkError(code, words), about)));
  }

  it('says what happened first, then why and who can, each on its line', () => {
    const lines = viewText(refusalView({ code: 'refused', message: OWN_RUN }), READER).split('\n');
    expect(lines).toEqual(['You started this run, so you cannot approve it.', 'Ana and Jon can.']);
    expect(summaryText(refusalView({ code: 'refused', message: OWN_RUN }), READER)).toBe(OWN_RUN);
  });

  it('does not take a point in a path, a time or an option for the end of a sentence', () => {
    const message =
      'The file production/v1.2/brief.md was changed today 09.20. Write: approve R-1 --hash ab12. See e.g. docs.';
    expect(viewText(refusalView({ code: 'conflict', message }), READER).split('\n')).toEqual([
      'The file production/v1.2/brief.md was changed today 09.20.',
      'Write: approve R-1 --hash ab12.',
      'See e.g. docs.',
    ]);
  });

  it('begins a line with what is to be typed, and keeps it whole', () => {
    const [code, words, about] = SAYS.no_command ?? ['invalid', ''];
    const typed = { ...READER, commands: '/cowork ' };
    expect(
      viewText(refusalView(new CoworkError(code, words), about), typed)
        .split('\n')
        .slice(0, 3),
    ).toEqual(['There is no command "stauts".', 'Did you mean /cowork status?', '/cowork help lists them all.']);
    expect(new CoworkError(code, words).message).toBe(
      'There is no command "stauts". Did you mean status? help lists them all.',
    );
  });

  it('leads on by a button, only to commands that a button may ask for', () => {
    const next = (code: ErrorCode, command?: string) =>
      actionsOf(refusalView({ code, message: 'No.' }, command)).map((action) =>
        action.intent === 'command' ? action.subject : '',
      );
    expect(next('not_found', 'audit')).toEqual(['runs']);
    expect(next('not_found', 'review')).toEqual(['queue']);
    expect(next('not_found', 'pause')).toEqual([]);
    expect(next('not_found')).toEqual(['help']);
    expect(next('invalid', 'pause')).toEqual(['help pause']);
    expect(next('refused', 'pause')).toEqual(['help']);
    expect(next('refused')).toEqual([]);
    expect(next('conflict', 'undo')).toEqual([]);
    for (const { name } of commands)
      for (const code of ['not_found', 'invalid', 'refused'] as const)
        for (const words of next(code, name)) {
          expect(commands.find((each) => each.name === words.split(' ')[0])?.reads).toBe(true);
        }
  });

  it('keeps foreign words in it as words', () => {
    const view = refusalView({ code: 'invalid', message: `There is no ${HOSTILE}. ${'x'.repeat(5000)}` });
    expect(checkView(view)).toEqual([]);
    expect(viewText(view, READER)).not.toMatch(/[\u202e\u200b\0]/);
    expect(view.mentions).toEqual([]);
  });
});

describe('what an act came to', () => {
  it('looks right', async () => {
    await expectGolden('done/acknowledged', doneView('You have A-57 now. Jon was on call; the others are told.'));
    const message = 'R-128 is undone. Its folder production/reports/board/ lies in archive/monday-brief/undone/ now.';
    await expectGolden('done/undone', undoneView({ run_id: RUN_ID, message }));
  });

  it('carries the longest run id there can be', () => {
    const run_id = runId('w'.repeat(48), READER.now);
    expect(checkView(undoneView({ run_id, message: 'It is undone.' }))).toEqual([]);
  });
});

const ALERT: Failing = {
  ...{ alert_id: 'A-57', kind: 'FAIL', severity: 'P1', workflow: 'monday-brief', run_id: RUN_ID, review_id: null },
  ...{ skill: 'finance-memo-v2', step: 'brief', error: { class: 'SourceChanged', message: 'column amount is gone' } },
  ...{ partial: [], since: at('06:04'), last_at: at('07:04'), count: 4, acknowledged_by: null, acknowledged_at: null },
  holder: null,
  last_good_at: null,
};
const TAKEN: Failing = {
  ...ALERT,
  alert_id: 'A-58',
  acknowledged_by: 'jon',
  holder: 'jon',
  count: 1,
  error: { class: 'X', message: null },
};

describe('the list of alerts', () => {
  it('looks right with alerts in nobody’s hands, with all in hand, and with none', async () => {
    await expectGolden('alerts/open', alertListView([ALERT, TAKEN], READER));
    await expectGolden('alerts/in_hand', alertListView([TAKEN], READER));
    await expectGolden('alerts/none', alertListView([], READER));
  });

  it('shows ten and counts the rest, and lets the first five be taken', () => {
    const words = `${HOSTILE}${'x'.repeat(9000)}`;
    const many = Array.from({ length: 37 }, (_, n) => ({
      ...ALERT,
      alert_id: `A-${n}`,
      error: { class: words, message: words },
    }));
    const view = alertListView(many, READER);
    expect(checkView(view)).toEqual([]);
    expect(actionsOf(view).map(({ label }) => label)).toEqual([0, 1, 2, 3, 4].map((n) => `Acknowledge A-${n}`));
    expect(viewText(view, READER)).toContain('37 alerts open, nobody has any of them.');
    expect(viewText(view, READER)).toContain('and 27 more alerts');
  });
});

describe('a link to the console', () => {
  const link = { url: 'http://127.0.0.1:3210/sign-in?token=abc', until: new Date(at('10:35')) };

  it('looks right', async () => {
    await expectGolden('sign-in/link', signInLinkView({ ...link, running: true }));
    await expectGolden('sign-in/only_here', signInLinkView({ ...link, running: true, onlyHere: true }));
    await expectGolden('sign-in/idle', signInLinkView({ ...link, running: false }));
  });
});
