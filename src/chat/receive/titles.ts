import type { Click, Intent } from '../../message/action.ts';

/** Of the modal in which a click is answered; Slack shows 24 characters. */
const TITLES: Record<Intent, (subject: string) => string> = {
  approve: (subject) => `Approve ${subject}`,
  reject: (subject) => `Reject ${subject}`,
  ask: (subject) => `Change ${subject}`,
  look: (subject) => `Review ${subject}`,
  undo: (subject) => `Undo ${subject}`,
  files: (subject) => `Files of ${subject}`,
  acknowledge: (subject) => `Acknowledge ${subject}`,
  assign: (subject) => `Assign ${subject}`,
  silence: (subject) => `Silence ${subject}`,
  resolve: (subject) => `Resolve ${subject}`,
  rerun: () => 'Rerun',
  cancel: () => 'Cancel the run',
  unpark: () => 'Answer for the run',
  pause: () => 'Pause the schedule',
  resume: () => 'Resume the schedule',
  run: (subject) => `Run ${subject}`,
  command: (words) => `/cowork ${words}`,
};

/** `Review R-128` */
export const titleOf = ({ intent, subject }: Click): string => TITLES[intent](subject);
