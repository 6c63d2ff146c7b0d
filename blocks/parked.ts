import type { MessageView } from '../src/message/view.ts';
import type { RunCard } from '../src/reports/run-card.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { runActions } from './run-actions.ts';
import { startedLine } from './run-lines.ts';
import { people, runLink, time } from './say.ts';
import type { Reader } from './time.ts';

const UNKNOWN = 'the worker died during a step that acts outside; nobody knows whether it has';

/** A run that waits for a person to say what became of a step: what to look at, what each answer does, who can give it. */
export function parkedView(run: RunCard, reader: Reader): MessageView {
  const { lost, may_answer, workflow, run_id, parked_reason } = run;
  const steps = lost.map(({ step }) => step).join(' and ');
  const head = `${workflow} waits for an answer: has ${steps || 'its step'} acted?`;
  const since = lost[0]?.at ?? run.started_at ?? run.queued_at;
  const reason = oneLine(parked_reason ?? UNKNOWN);
  return {
    summary: [[head, ' Look outside, then answer.']],
    parts: [
      { part: 'headline', tone: 'warn', text: [head] },
      {
        part: 'prose',
        lines: [
          [runLink(run_id), ' has been waiting since ', time(since, 'moment'), `: ${reason}.`],
          startedLine(run, reader),
          ...lost.map(({ step, skill, at }) => [`Step ${step} (${skill}), lost `, time(at)]),
          ['Look outside first. If it has not acted: Allow again. If it has: It was done. Else: End run.'],
          may_answer.length > 0
            ? ['Can answer: ', ...people(may_answer, reader)]
            : ['Nobody listed in cowork.yaml can answer; an admin has to add someone there.'],
        ],
      },
      { part: 'actions', actions: runActions(run, reader.now) },
    ],
    mentions: [],
  };
}
