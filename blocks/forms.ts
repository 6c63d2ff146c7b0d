import type { Form } from '../src/message/action.ts';

// What a door of ours keeps of a reason; src/runs, src/alerts and src/reviews say so when it is more.
const REASON_MOST = 500;
const DECISION_MOST = 3000;

const reason = (hint: string, most = REASON_MOST, label = 'Why') =>
  ({ kind: 'lines', name: 'reason', label, hint, required: true, most }) as const;

/** Fields `for` (a length of time) and `reason`. */
export const silenceForm = (name: string): Form => ({
  title: `Silence ${name}`,
  submit: 'Silence',
  fields: [
    {
      kind: 'choice',
      name: 'for',
      label: 'For how long',
      required: true,
      choices: [
        { value: '1h', label: '1 hour' },
        { value: '4h', label: '4 hours' },
        { value: '24h', label: '24 hours' },
        { value: '3d', label: '3 days' },
        { value: '7d', label: '7 days' },
      ],
    },
    reason('The others read it. Repeats are counted and shown, and ping nobody.'),
  ],
});

/** Fields `reason` and `until`, as `pause` takes them. */
export const pauseForm = (): Form => ({
  title: 'Pause the schedule',
  submit: 'Pause',
  fields: [
    reason('The others read it. Runs under way go on.'),
    {
      kind: 'line',
      name: 'until',
      label: 'Until',
      hint: '2h, 3d, 2026-12-01 or 2026-12-01T09:00; empty: until somebody resumes it',
      required: false,
      most: 40,
    },
  ],
});

/** Field `person`: whom it goes to. */
export const assignForm = (name: string, choices: { value: string; label: string }[]): Form => ({
  title: `Assign ${name}`,
  submit: 'Assign',
  fields: [{ kind: 'choice', name: 'person', label: 'Who takes it', required: true, choices }],
});

/** Field `reason`. */
export const resolveForm = (name: string): Form => ({
  title: `Resolve ${name}`,
  submit: 'Resolve',
  fields: [reason('What was done. What fails again will be a new alert.')],
});

/** Field `reason`. */
export const rejectForm = (name: string): Form => ({
  title: `Reject ${name}`,
  submit: 'Reject',
  fields: [reason('Whoever looks after the skill reads it. The outputs go to the archive.', DECISION_MOST)],
});

/** Field `reason`: the note for the next run. */
export const askForm = (name: string): Form => ({
  title: `Change ${name}`,
  submit: 'Ask for it',
  fields: [
    reason('The next run is given your note and brings a review of its own.', DECISION_MOST, 'What should change'),
  ],
});
