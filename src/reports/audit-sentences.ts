import type { Act } from '../store/audit.ts';
import { differences, list, number, plural, said, short, type Told, text } from './audit-words.ts';

type Sentence = (told: Told) => string;

const because = (told: Told, key: string): string => (text(told, key) ? `: ${text(told, key)}` : '');

const TRIGGERS: Record<string, string> = {
  schedule: 'its schedule asked for the run',
  catch_up: 'a missed slot was caught up',
  person: 'asked for the run by hand',
  rerun: 'asked for the run again',
  api: 'a program asked for the run',
  drill: 'a drill began',
  shadow: 'a shadow run was asked for',
};

/** A workflow without checks has not passed any. */
function checksSay(told: Told): string {
  const counts = told.data.counts as Record<string, number> | undefined;
  const ran = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
  return ran === 0 ? 'nothing checks this workflow; it left' : `the checks say ${text(told, 'result')} of`;
}

const running: Record<Extract<Act, `run.${string}` | `step.${string}` | `input.${string}`>, Sentence> = {
  'run.queued': (told) => {
    const slot = told.data.scheduled_for ? `, for ${told.local(told.data.scheduled_for)}` : '';
    const again = text(told, 'rerun_of') ? `, repeating ${text(told, 'rerun_of')}` : '';
    const waits = text(told, 'waits_for') ? `, waiting for ${text(told, 'waits_for')}` : '';
    const trigger = TRIGGERS[text(told, 'trigger')] ?? 'the run was asked for';
    return `${trigger}${slot}${again}${waits} (definition ${short(told, 'definition_hash')})`;
  },
  'run.started': () => 'a worker began',
  'run.resumed': () => 'a worker took over where another had stopped',
  'run.parked': (told) => `parked, since nobody knows whether ${list(told, 'steps').join(', ')} has acted outside`,
  'run.unparked': (told) => `said of ${list(told, 'steps').join(', ')}: ${text(told, 'outcome')}`,
  'run.ended': (told) => {
    const why = text(told, 'error_class') ? `: ${text(told, 'error_class')}` : '';
    const where = text(told, 'step') ? ` in ${text(told, 'step')}` : '';
    return `the run ended ${text(told, 'status')}${why}${where}`;
  },
  'run.cancel_asked': (told) => `asked to cancel it while it was ${text(told, 'state')}${said(told, 'reason')}`,
  'run.late': (told) => `not delivered by ${told.local(told.data.deadline_at)}; the run was ${text(told, 'state')}`,
  'input.fetched': (told) => {
    const path = text(told, 'path') ? ` from ${text(told, 'path')}` : '';
    const hash = short(told, 'sha256')
      ? `, ${plural(number(told, 'bytes'), 'byte')}, sha256 ${short(told, 'sha256')}`
      : '';
    return `input ${text(told, 'input')} is ${text(told, 'status')}${path}${hash}`;
  },
  'step.started': (told) =>
    `step ${text(told, 'step')}, attempt ${number(told, 'attempt')}, began with ${text(told, 'skill')} (${short(told, 'hash')})`,
  'step.ended': (told) => {
    const why = text(told, 'error_class') ? `, ${text(told, 'error_class')}` : '';
    const fence = text(told, 'fence') ? `, fenced by ${text(told, 'fence')}` : '';
    return `step ${text(told, 'step')}, attempt ${number(told, 'attempt')}, ended ${text(told, 'state')}${why}${fence}`;
  },
  'run.checked': (told) =>
    `${checksSay(told)} ${plural(number(told, 'outputs'), 'output')} (sha256 ${short(told, 'output_hash')})`,
  'run.routed': (told) => {
    const reasons = list(told, 'reasons');
    const where = text(told, 'route') === 'review' ? 'to people for review' : 'on to production';
    return `sent ${where}${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}`;
  },
};

const deciding: Record<Extract<Act, `review.${string}` | `decision.${string}`>, Sentence> = {
  'review.opened': (told) =>
    `${told.review} opened for ${list(told, 'eligible').map(told.name).join(', ') || 'nobody'}, ${plural(number(told, 'quorum'), 'approval')} needed`,
  'review.looked': (told) => `looked at ${told.review}`,
  'review.approved': (told) => {
    const given = list(told, 'approvals').length;
    const goes = text(told, 'promotes_to') ? `; it goes to ${text(told, 'promotes_to')}` : '';
    return `approved ${told.review} (sha256 ${short(told, 'output_hash')}), ${given} of ${number(told, 'quorum')}${goes}`;
  },
  'review.rejected': (told) => `rejected ${told.review}${said(told, 'reason')}`,
  'review.change_asked': (told) => `asked for a change of ${told.review}${said(told, 'reason')}`,
  'review.revoked': (told) => {
    const lost = list(told, 'void').map(told.name);
    const words = lost.length > 0 ? `; the approval of ${lost.join(', ')} counts no more` : '';
    return `${told.review} revoked, since its outputs are not the ones that were checked${differences(told)}${words}`;
  },
  'review.rechecked': (told) =>
    `the outputs of ${told.review} were checked again: ${text(told, 'validation')} (sha256 ${short(told, 'output_hash')})`,
  'review.superseded': (told) => `${told.review} superseded by run ${text(told, 'by_run')}`,
  'review.reminded': (told) => `reminded of ${told.review}, due ${told.local(told.data.due_at)}`,
  'review.escalated': (told) =>
    `${told.review} is overdue${text(told, 'ops_lead') ? `; ${told.name(told.data.ops_lead)} was told` : ''}`,
  'review.held': (told) => `${told.review} held, since nobody decided`,
  'decision.refused': (told) =>
    `was refused to ${text(told, 'verdict')} ${told.review}${told.closed ? '' : because(told, 'why')}`,
};

const delivering: Record<Extract<Act, `promotion.${string}`>, Sentence> = {
  'promotion.requested': (told) =>
    `promotion to ${text(told, 'wanted')} is due without approval (${text(told, 'tier')}, sha256 ${short(told, 'output_hash')})`,
  'promotion.placed': (told) => `placed in ${text(told, 'target')} (sha256 ${short(told, 'output_hash')})`,
  'promotion.blocked': (told) =>
    `could not be placed in ${text(told, 'wanted')}, try ${number(told, 'attempt')}${because(told, 'reason')}`,
  'promotion.undo_asked': (told) => `asked to undo the promotion to ${text(told, 'from')}${said(told, 'reason')}`,
  'promotion.undone': (told) => `taken back from ${text(told, 'from')} to ${text(told, 'to')}`,
};

const alerting: Record<Extract<Act, `alert.${string}`>, Sentence> = {
  'alert.raised': (told) =>
    `${told.alert} raised: [${text(told, 'severity')}] ${text(told, 'kind')}${because(told, 'error_class')}`,
  'alert.repeated': (told) => `${told.alert} again, ${number(told, 'count')} times now${because(told, 'error_class')}`,
  'alert.recovered': (told) => `${told.alert} recovered after ${number(told, 'minutes')} min${because(told, 'reason')}`,
  'alert.acknowledged': (told) => `acknowledged ${told.alert}`,
  'alert.assigned': (told) => `gave ${told.alert} to ${told.name(told.data.to)}`,
  'alert.silenced': (told) => `silenced ${told.alert} until ${told.local(told.data.until)}${said(told, 'reason')}`,
  'alert.silence_ended': (told) => `ended the silence of ${told.alert}${because(told, 'because')}`,
  'alert.rerun': (told) => `had ${told.alert} run again: ${text(told, 'rerun_id')}`,
  'alert.resolved': (told) => `resolved ${told.alert}${said(told, 'reason')}`,
};

type Around = Extract<
  Act,
  | `home.${string}`
  | `schedule.${string}`
  | `slot.${string}`
  | `digest.${string}`
  | `group.${string}`
  | `login.${string}`
  | `access.${string}`
  | `files.${string}`
>;

const around: Record<Around, Sentence> = {
  'home.activated': (told) => `a home of ${plural(number(told, 'workflows'), 'workflow')} became active`,
  'schedule.paused': (told) => `paused the schedule${said(told, 'reason')}`,
  'schedule.resumed': (told) => `resumed the schedule${because(told, 'because')}`,
  'slot.skipped': (told) => `${plural(Math.max(1, number(told, 'count')), 'slot')} skipped${because(told, 'reason')}`,
  'slot.missed': (told) => `${plural(Math.max(1, number(told, 'count')), 'slot')} missed${because(told, 'reason')}`,
  'digest.made': (told) => `the ${text(told, 'kind')} digest for ${told.local(told.data.scheduled_for)} was made`,
  'group.changed': (told) =>
    `the user group ${text(told, 'group')} is ${text(told, 'who') ? told.name(told.data.who) : 'nobody, and switched off'}${told.data.let_go === true ? ', since cowork.yaml names it no more' : ''}`,
  'login.link_made': (told) => `made a sign-in link for ${told.name(told.data.person)}`,
  'login.signed_in': () => 'signed in',
  'login.signed_out': () => 'signed out',
  'files.given': (told) =>
    `was given ${number(told, 'files')} of ${plural(number(told, 'of'), 'file')} (sha256 ${short(told, 'output_hash')})`,
  'access.refused': (told) => `was refused${because(told, 'what')}`,
};

const SENTENCES: Record<Act, Sentence> = { ...running, ...deciding, ...delivering, ...alerting, ...around };

/** What an act was, as a sentence without its subject and time. An act of a newer version is named as it is. */
export const sentenceOf = (act: string, told: Told): string =>
  Object.hasOwn(SENTENCES, act) ? SENTENCES[act as Act](told) : act.replace('.', ' ');
