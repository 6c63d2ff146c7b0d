import type { Action } from '../src/message/action.ts';
import type { Span, Text } from '../src/message/text.ts';
import type { MessageView, Part } from '../src/message/view.ts';
import { sentenceList } from '../src/people/names.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { code, command, join } from './say.ts';

/** What help tells of one command. */
export interface CommandHelp {
  name: string;
  summary: string;
  /** Its form, for the door that asks. */
  usage: string;
  examples: readonly string[];
  parameters: { name: string; summary: string }[];
  options: { name: string; summary: string }[];
  /** Whether this person may use it, for any workflow at all. */
  yours: boolean;
}

/** What people ask for most, in that order. */
const MOST_USED = ['status', 'queue', 'review', 'run', 'alert', 'roi', 'digest', 'runs', 'audit', 'help'];
const SHOWN = 6;

/**
 * What can be asked for: the six most used with an example each, then the others, then what these roles do not allow.
 * `who` is left out for the operator of the command line.
 */
export function helpView(
  all: readonly CommandHelp[],
  who: { name: string; roles: readonly string[] } | null,
): MessageView {
  const head = who
    ? `What I can do for you now, ${oneLine(who.name, 60)} (${sentenceList([...who.roles])}):`
    : 'What I can do for you now:';
  const yours = all.filter(({ yours }) => yours);
  const used = MOST_USED.flatMap((name) => yours.find((one) => one.name === name) ?? []).slice(0, SHOWN);
  const others = yours.filter((one) => !used.includes(one));
  const shut = all.filter(({ yours }) => !yours).map(({ name }) => name);
  const last: Text[] = [
    ...(shut.length > 0 ? [[`Not with your roles: ${shut.join(', ')}.`]] : []),
    ['More about one: ', command('help <command>'), '.'],
  ];
  return {
    summary: [[`${head} ${yours.map(({ name }) => name).join(', ') || 'nothing yet'}.`]],
    parts: [
      { part: 'headline', tone: 'info', text: [head] },
      { part: 'prose', lines: used.length > 0 ? used.map(exampleLine) : [NOBODY] },
      ...table('Also', ['Command', 'What it does'], others, command),
      { part: 'prose', lines: last },
      ...actionsOf(yours),
    ],
    mentions: [],
  };
}

const exampleLine = ({ summary, examples }: CommandHelp): Text => [command(examples[0] ?? ''), ` · ${summary}`];

const NOBODY: Text = ['Nothing yet: you are not listed in cowork.yaml. An admin can add you there.'];

/**
 * One command: its form, what its words mean, and examples that can be typed as they are. `fields`: each word has a field
 * of its own, and is named by it.
 */
export function commandHelpView(help: CommandHelp, { fields }: { fields?: boolean | undefined } = {}): MessageView {
  const { name, summary, usage, examples, parameters, options, yours } = help;
  const head = `${name}: ${summary}.`;
  const words = [
    ...parameters,
    ...options.map((option) => (fields ? option : { ...option, name: `--${option.name}` })),
  ];
  const shown: Text = join(
    examples.map((example): Text => [command(example)]),
    ' · ',
  );
  return {
    summary: [[head]],
    parts: [
      { part: 'headline', tone: yours ? 'info' : 'warn', text: [head] },
      { part: 'prose', lines: [[command(usage)]] },
      ...table(`What ${name} takes`, ['Word', 'What it says'], words, code),
      {
        part: 'prose',
        lines: [['For example: ', ...shown], ...(yours ? [] : [['Your roles do not allow it for any workflow.']])],
      },
    ],
    mentions: [],
  };
}

function table(
  caption: string,
  heads: [string, string],
  rows: readonly { name: string; summary: string }[],
  named: (name: string) => Span,
): Part[] {
  if (rows.length === 0) return [];
  return [
    {
      part: 'records',
      caption,
      columns: heads.map((label) => ({ label, align: 'left' })),
      rows: rows.map(({ name, summary }) => [[named(name)], [summary]]),
      more: 0,
      noun: 'line',
    },
  ];
}

/** What one most often asks next, where this person may. */
function actionsOf(yours: readonly CommandHelp[]): Part[] {
  const labels = { status: 'Show status', queue: 'Show the queue' };
  const actions = Object.entries(labels)
    .filter(([name]) => yours.some((one) => one.name === name))
    .map(([subject, label]): Action => ({ intent: 'command', subject, label, style: 'plain' }));
  return actions.length > 0 ? [{ part: 'actions', actions }] : [];
}
