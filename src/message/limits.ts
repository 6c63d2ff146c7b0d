import { LONGEST_CODE } from './action.ts';

/**
 * What a view may hold, so that every platform can draw it whole: each figure is the least of what the platforms take.
 * Foreign text has no limit here; it is fitted when it is drawn.
 */
export const VIEW_LIMITS = {
  /** One sentence, or the five lines of an alert and its state. */
  summaryLines: 6,
  actions: 15,
  /** All buttons with their confirmations as JSON: what Slack has to take besides the text. */
  actionsJson: 5000,
  actionLabel: 30,
  code: LONGEST_CODE,
  path: 300,
  mentions: 25,
  formTitle: 24,
  formSubmit: 24,
  fields: 5,
  fieldName: 80,
  fieldLabel: 45,
  fieldHint: 100,
  fieldLength: 3000,
  choices: 25,
  choiceText: 75,
  confirmTitle: 45,
  confirmText: 300,
  confirmYes: 30,
  label: 60,
  title: 150,
  columns: 20,
  series: 6,
} as const;
