import { doneView } from '../blocks/done.ts';
import { acknowledgeAlert } from '../src/alerts/acknowledge.ts';
import type { AlertDone, AlertRequest } from '../src/alerts/ask.ts';
import { assignAlert } from '../src/alerts/assign.ts';
import { parseAlertId } from '../src/alerts/list.ts';
import { resolveAlert } from '../src/alerts/resolve.ts';
import { endSilence, silenceAlert } from '../src/alerts/silence.ts';
import { invalid } from '../src/errors.ts';
import { command } from '../src/message/text.ts';
import { hint } from '../src/workflows/files/wording.ts';
import { showAlert, showAlerts } from './alert-list.ts';
import {
  type Answer,
  type Command,
  type CommandInput,
  type Option,
  type Parameter,
  textOption,
  type Verb,
  type World,
} from './command.ts';
import { durationOf } from './duration.ts';

const WHAT = ['list', 'show', 'ack', 'assign', 'silence', 'resolve'] as const;
type What = (typeof WHAT)[number];

const ALERT: Parameter = { name: 'alert', summary: 'such as A-57', required: true, of: 'alert' };
const TO: Option = { name: 'to', summary: 'assign: the person who takes it', value: 'person', of: 'person' };
const FOR: Option = { name: 'for', summary: 'silence: how long, up to 30 days; off ends it', value: 'time' };
const REASON: Option = { name: 'reason', summary: 'silence and resolve: why; the others read it', value: 'text' };

const VERBS: readonly (Verb & { name: What })[] = [
  {
    name: 'list',
    summary: 'What is wrong now',
    parameters: [{ name: 'workflow', summary: 'only this workflow', of: 'workflow' }],
    options: [],
    reads: true,
  },
  { name: 'show', summary: 'One alert with its buttons', parameters: [ALERT], options: [], reads: true },
  { name: 'ack', summary: 'Say that you have it', parameters: [ALERT], options: [] },
  {
    name: 'assign',
    summary: 'Give it to somebody',
    parameters: [ALERT],
    options: [{ ...TO, summary: 'the person who takes it', required: true }],
  },
  {
    name: 'silence',
    summary: 'Let its repeats ping nobody for a while',
    parameters: [ALERT],
    options: [
      { ...FOR, summary: 'how long, such as 4h or 2d, up to 30 days; off ends it', required: true },
      { ...REASON, summary: 'why, unless it ends; the others read it' },
    ],
  },
  {
    name: 'resolve',
    summary: 'Say that it is over',
    parameters: [ALERT],
    options: [{ ...REASON, summary: 'why; the others read it', required: true }],
  },
];

export const alertCommand: Command = {
  name: 'alert',
  summary: 'What is wrong now; take, give, silence or resolve an alert',
  parameters: [
    { name: 'what', summary: 'list unless said', choices: WHAT },
    { name: 'alert', summary: 'such as A-57; for list, a workflow', of: 'alert' },
    {
      name: 'words',
      summary: 'assign: to whom · silence: how long, then why; off ends it · resolve: why',
      rest: true,
    },
  ],
  options: [
    TO,
    FOR,
    REASON,
    { name: 'as', summary: 'the person who acts', value: 'person', of: 'person', cliOnly: true },
  ],
  verbs: VERBS,
  may: 'read',
  reads: false,
  examples: [
    'alert list',
    'alert ack A-57',
    'alert assign A-57 jon',
    'alert silence A-57 4h ledger moves',
    'alert silence A-57 off',
    'alert resolve A-57 source renamed, spec fixed',
  ],
  async run(world, input) {
    const { what, alert } = wordsOf(input);
    if (what === 'list') return showAlerts(world, alert);
    if (alert === undefined) {
      throw invalid([
        'Which alert? Write ',
        command(`alert ${what} A-57`),
        '; ',
        command('alert list'),
        ' shows them.',
      ]);
    }
    const alertId = parseAlertId(alert);
    if (what === 'show') return showAlert(world, alertId);
    return answered(await ACTS[what](world, { ...input.asker, alertId }, input));
  },
};

/** `alert` alone lists; `alert A-57` shows that one. */
function wordsOf({ args }: CommandInput): { what: What; alert: string | undefined } {
  const { what = 'list', alert } = args;
  if (/^a-\d+$/i.test(what)) return { what: 'show', alert: what };
  const known = WHAT.find((one) => one === what.toLowerCase());
  if (known) return { what: known, alert };
  throw invalid(
    `${JSON.stringify(what.slice(0, 40))} cannot be done with an alert${hint(what, WHAT) || '.'} Write one of ${WHAT.join(', ')}.`,
  );
}

type AlertWords = (world: World, request: AlertRequest, input: CommandInput) => Promise<AlertDone>;

const ACTS: Record<Exclude<What, 'list' | 'show'>, AlertWords> = {
  ack: acknowledgeAlert,
  assign: (world, request, input) =>
    assignAlert(world, { ...request, to: textOption(input, 'to') ?? input.args.words?.replace(/^to\s+|^@/, '') ?? '' }),
  silence(world, request, input) {
    const said = textOption(input, 'for') ?? input.args.words;
    if (said?.trim().toLowerCase() === 'off') return endSilence(world, request);
    const { length, reason } = silenceWords(input);
    return silenceAlert(world, { ...request, forMs: durationOf(length), reason });
  },
  resolve: (world, request, input) =>
    resolveAlert(world, { ...request, reason: textOption(input, 'reason') ?? input.args.words ?? '' }),
};

/** `4h ledger moves`, or what the options say, or both. */
function silenceWords(input: CommandInput): { length: string; reason: string } {
  const words = input.args.words?.trim() ?? '';
  const length = textOption(input, 'for');
  const [first = '', ...others] = words.split(/\s+/);
  const rest = length === undefined ? others.join(' ') : words;
  const said = length ?? first.replace(/^for$/, '');
  if (said === '') {
    const example = command('alert silence A-57 4h');
    throw invalid(['Say for how long: ', example, ', then why. Up to 30 days; off ends it.']);
  }
  return { length: said, reason: textOption(input, 'reason') ?? rest };
}

const answered = (done: AlertDone): Answer => ({ view: doneView(done.message), json: done, exit: 0 });
