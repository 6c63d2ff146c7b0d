import type { Field, Form } from '../src/message/action.ts';
import { cut } from '../src/message/clean.ts';
import { code } from '../src/message/text.ts';
import type { MessageView } from '../src/message/view.ts';
import type { WorkflowSpec } from '../src/workflows/definition.ts';

// Discord opens at most five fields, with labels of at most 45 and hints of at most 100 characters; Slack takes 3,000 characters.
const MOST_FIELDS = 5;
const LONGEST_LABEL = 45;
const LONGEST_HINT = 100;
const LONGEST_TEXT = 3000;

interface TextInput {
  name: string;
  required: boolean;
  default?: string | undefined;
}

/** The texts a workflow asks for, those it cannot do without first. */
export function textInputs(spec: Pick<WorkflowSpec, 'inputs'>): TextInput[] {
  const texts = Object.entries(spec.inputs).flatMap(([name, input]) =>
    'text' in input ? [{ name, required: input.required && input.default === undefined, default: input.default }] : [],
  );
  return texts.toSorted((a, b) => Number(b.required) - Number(a.required));
}

/** A field for each text, at most five; the field's name is the input's. */
export const runForm = ({ workflow, inputs }: Pick<WorkflowSpec, 'workflow' | 'inputs'>): Form => ({
  title: cut(`Run ${workflow}`, 24),
  submit: 'Run',
  fields: textInputs({ inputs }).slice(0, MOST_FIELDS).map(fieldOf),
});

const fieldOf = ({ name, required, default: usual }: TextInput): Field => ({
  kind: 'lines',
  name,
  label: cut(name, LONGEST_LABEL),
  hint: cut(usual ? `Empty: ${usual}` : required ? 'The run needs it.' : 'May be left empty.', LONGEST_HINT),
  required,
  most: LONGEST_TEXT,
  ...(usual && usual.length <= LONGEST_TEXT ? { initial: usual } : {}),
});

/** Asks for the texts of a run before it is started. */
export function startRunView(spec: Pick<WorkflowSpec, 'workflow' | 'title' | 'inputs'>): MessageView {
  const texts = textInputs(spec);
  const first = [
    `${spec.workflow} asks for ${texts.length === 1 ? 'a text' : `${texts.length} texts`} before it runs.`,
  ];
  const names = texts.slice(MOST_FIELDS).map(({ name }) => `${name}="…"`);
  const more =
    names.length > 0
      ? [
          [
            `The form holds ${MOST_FIELDS} of them. To give the others, type it: `,
            code(`run ${spec.workflow} ${names.join(' ')}`),
          ],
        ]
      : [];
  return {
    summary: [first],
    parts: [
      { part: 'headline', tone: 'info', text: first },
      ...(more.length > 0 ? [{ part: 'prose' as const, lines: more }] : []),
      {
        part: 'actions',
        actions: [{ intent: 'run', subject: spec.workflow, label: 'Run…', style: 'primary', ask: runForm(spec) }],
      },
    ],
    mentions: [],
  };
}
