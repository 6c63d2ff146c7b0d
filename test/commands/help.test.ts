import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerWords } from '#src/chat/command-line.ts';
import { checkView } from '#src/message/check-view.ts';
import { viewText } from '#src/message/plain.ts';
import { actionsOf } from '#src/message/spans.ts';
import { click, raise, type, worldOf } from '#test/chat/stage.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.activate(teamOf(), workflowOf());
});
afterAll(() => stage[Symbol.asyncDispose]());

const read = ({ view }: Awaited<ReturnType<typeof type>>): string => {
  expect(checkView(view)).toEqual([]);
  return viewText(view, { now: stage.ground.clock.now(), zone: 'Europe/Berlin' });
};
const cli = (words: string) => answerWords(worldOf(stage), words, { person: null, via: 'cli', operator: 'root' });

describe('whoever types', () => {
  it('gets the same figures, story, summary and digest in the console as at the command line', async () => {
    const { id, run } = await stage.item();
    await raise(stage, { run_id: run.id });
    for (const words of [
      'roi',
      'roi quarter brief',
      `audit ${run.id}`,
      `summary ${run.id}`,
      'digest',
      'alert list',
      `review R-${id}`,
    ]) {
      const [typed, operated] = [await type(stage, words, 'jon'), await cli(words)];
      expect([words, typed.exit, operated.exit]).toEqual([words, 0, 0]);
      if (!words.startsWith('review')) expect(read(typed)).toBe(read(operated));
      expect(Object.keys(typed.json as object)).toEqual(Object.keys(operated.json as object));
    }
  });

  it('finds behind each button of an answer an answer', async () => {
    const { run } = await stage.item();
    const { run_id } = { run_id: run.id };
    const offered: string[] = [];
    for (const words of [
      'roi',
      'roi brief',
      'roi year brief',
      `audit ${run_id}`,
      'digest',
      'help',
      'help pause',
      'sattus',
      'audit x',
      'pause',
    ]) {
      const { view } = await type(stage, words);
      for (const action of actionsOf(view)) if (action.intent === 'command') offered.push(action.subject);
    }
    expect(new Set(offered).size).toBeGreaterThan(8);
    for (const words of new Set(offered))
      expect([words, await click(stage, 'command', words)]).toMatchObject([words, { exit: 0 }]);
  });

  it('is told what happened, why, who can and what to do next, and never anything worse', async () => {
    const refusals: [string, string | null, string[]][] = [
      ['pause brief --reason x', 'vic', ['You may not pause brief.', 'can.', '[What I can do for you]']],
      ['stauts', 'jon', ['There is no command "stauts".', 'Did you mean status?', '[Show all commands]']],
      ['pause', 'jon', ['Say which workflow.', 'Write: pause <workflow>', '[How to write it]']],
      ['roi decade', 'jon', ['There is no workflow named decade', 'Write roi month, roi quarter or roi year']],
      ['roi quater', 'jon', ['Did you mean roi quarter?']],
      ['roi bref', 'jon', ['There is no workflow named bref', 'Did you mean brief?']],
      ['approve r-3', 'jon', ['approve is a button, not a command, so nothing was done.', 'Open R-3 with review R-3']],
      ['/cowork reject', 'jon', ['Open the item, for example with review R-128 and press Reject…']],
      ['ack A-7', 'jon', ['ack is typed behind alert.', 'Write: alert ack A-7']],
      ['audit nothing', 'jon', ['There is no run "nothing".', '[Show the latest runs]']],
      ['status', null, ['You are not listed in cowork.yaml']],
      ['say "never closed', 'jon', ['is not closed.']],
    ];
    for (const [words, person, lines] of refusals) {
      const answer = await type(stage, words, person);
      expect(answer.exit).toBe(2);
      expect(answer.json).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
      for (const line of lines) expect(read(answer)).toContain(line);
    }
  });
});
