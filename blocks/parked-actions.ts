import type { Action } from '../src/message/action.ts';
import { type LostStep, lostMark } from '../src/runs/lost-steps.ts';

/**
 * The answers for a step whose worker died while it acted outside. The answer (`repeat`, `done`, `fail`) and what was lost
 * are carried as the revision of the button, since the run is its subject.
 */
export const parkedActions = ({ run_id, lost }: { run_id: string; lost: readonly LostStep[] }): Action[] => [
  {
    intent: 'unpark',
    subject: run_id,
    revision: `repeat.${lostMark(lost)}`,
    label: 'Allow again',
    style: 'plain',
    confirm: {
      title: 'Let the step act again?',
      text: 'Only where it has not acted: if it has, it will act a second time.',
      yes: 'Allow again',
    },
  },
  {
    intent: 'unpark',
    subject: run_id,
    revision: `done.${lostMark(lost)}`,
    label: 'It was done',
    style: 'plain',
    confirm: {
      title: 'Count the step as done?',
      text: 'Only where it has acted: the run goes on behind it, and it is not repeated.',
      yes: 'It was done',
    },
  },
  {
    intent: 'unpark',
    subject: run_id,
    revision: `fail.${lostMark(lost)}`,
    label: 'End run',
    style: 'danger',
    confirm: {
      title: 'End the run?',
      text: 'It ends as failed. What was done outside stays as it is.',
      yes: 'End the run',
    },
  },
];
