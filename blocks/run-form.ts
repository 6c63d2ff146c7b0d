import type { Action, Field, Form } from '../src/message/action.ts';
import { clean, cut } from '../src/message/clean.ts';
import { command, type Text } from '../src/message/text.ts';
import type { MessageView } from '../src/message/view.ts';
import type { WorkflowSpec } from '../src/workflows/definition.ts';

// Discord opens at most five fields, with labels of at most 45 and hints of at most 100 characters; Slack takes 3,000 characters.
const MOST_FIELDS = 5;
const LONGEST_LABEL = 45;
const LONGEST_HINT = 100;
const LONGEST_TEXT = 3000;

type Texts = Readonly<Record<string, string>>;

interface TextInput {
  name: string;
  required: boolean;
  default?: string | undefined;
}

/** `seen`: the reader may see what the workflow works on; else the texts that stand in by themselves are not shown. */
interface Shown {
  seen?: boolean;
}

/** The texts a workflow asks for, those it cannot do without first. */
export function textInputs(spec: Pick<WorkflowSpec, 'inputs'>): TextInput[] {
  const texts = Object.entries(spec.inputs).flatMap(([name, input]) =>
    'text' in input ? [{ name, required: input.required && input.default === undefined, default: input.default }] : [],
  );
  return texts.toSorted((a, b) => Number(b.required) - Number(a.required));
}

/** Those that are asked for and neither given nor usual: without them the run is refused. */
export const missingTexts = (spec: Pick<WorkflowSpec, 'inputs'>, given: Texts): TextInput[] =>
  textInputs(spec).filter(({ name, required }) => required && !Object.hasOwn(given, name));

/** A field for each text, at most five; the field's name is the input's. What was given already stands in it. */
export const runForm = (
  { workflow, inputs }: Pick<WorkflowSpec, 'workflow' | 'inputs'>,
  given: Texts = {},
  { seen = true }: Shown = {},
): Form => ({
  title: cut(`Run ${workflow}`, 24),
  submit: 'Run',
  fields: textInputs({ inputs })
    .slice(0, MOST_FIELDS)
    .map((input) => fieldOf(input, given, seen)),
});

function fieldOf({ name, required, default: usual }: TextInput, given: Texts, seen: boolean): Field {
  const initial = Object.hasOwn(given, name) ? given[name] : seen ? usual : undefined;
  const empty = usual ? `Empty: ${seen ? clean(usual) : 'the workflow’s own text'}` : 'May be left empty.';
  return {
    kind: 'lines',
    name,
    label: cut(name, LONGEST_LABEL),
    hint: cut(required ? 'The run needs it.' : empty, LONGEST_HINT),
    required,
    most: LONGEST_TEXT,
    ...(initial && initial.length <= LONGEST_TEXT ? { initial } : {}),
  };
}

/**
 * Asks for the texts of a run before it is started; those that were given already stand in the form. Where a form cannot
 * hold all that the run needs, it says how to type it instead.
 */
export function startRunView(
  spec: Pick<WorkflowSpec, 'workflow' | 'title' | 'inputs'>,
  given: Texts = {},
  shown: Shown = {},
): MessageView {
  const texts = textInputs(spec);
  const beyond = texts.slice(MOST_FIELDS);
  const typed = beyond.some(({ name, required }) => required || Object.hasOwn(given, name));
  const first = firstLine(spec.workflow, texts, missingTexts(spec, given), given);
  const more = beyond.length > 0 ? typedLine(spec.workflow, typed ? texts : beyond, typed) : [];
  return {
    summary: [[first]],
    parts: [
      { part: 'headline', tone: 'info', text: [first] },
      ...(more.length > 0 ? [{ part: 'prose' as const, lines: [more] }] : []),
      ...(typed ? [] : [{ part: 'actions' as const, actions: [runAction(spec, given, shown)] }]),
    ],
    mentions: [],
  };
}

const runAction = (spec: Pick<WorkflowSpec, 'workflow' | 'inputs'>, given: Texts, shown: Shown): Action => ({
  intent: 'run',
  subject: spec.workflow,
  label: 'Run…',
  style: 'primary',
  ask: runForm(spec, given, shown),
});

function firstLine(workflow: string, texts: TextInput[], missing: TextInput[], given: Texts): string {
  if (Object.keys(given).length > 0) {
    return `${workflow} also needs ${missing.map(({ name }) => name).join(', ')} before it runs.`;
  }
  return `${workflow} asks for ${texts.length === 1 ? 'a text' : `${texts.length} texts`} before it runs.`;
}

const typedLine = (workflow: string, texts: TextInput[], all: boolean): Text => [
  all
    ? `It takes more texts than a form holds (${MOST_FIELDS}). Type it: `
    : `The form holds the first ${MOST_FIELDS}. To give the others, type it: `,
  command(`run ${workflow} ${texts.map(({ name }) => `${name}="…"`).join(' ')}`),
];
