import { clockText, dueText, momentText, personText, type Reader } from '../../../blocks/time.ts';
import { counted } from '../../../blocks/words.ts';
import type { Ground } from '../../ground.ts';
import { may } from '../../people/permissions.ts';
import type { Paused } from '../../reports/status.ts';
import { type Standing, type WorkflowLine, workflowsReport } from '../../reports/workflows.ts';
import { parseCron } from '../../workflows/cron.ts';
import { cronWords } from '../../workflows/cron-words.ts';
import type { Home, Workflow } from '../../workflows/home.ts';
import { nextAfter } from '../../workflows/schedule.ts';
import type { Tone } from '../pages/tone.ts';
import type { WorkflowCard, WorkflowsView } from '../pages/workflows.ts';
import { timesAskedEach } from '../sent-once.ts';
import { alertItem } from './alert-item.ts';
import { workflowActs } from './workflow-acts.ts';

/** All that the list of workflows shows to this person. */
export async function workflowsView(ground: Ground, person: string | null): Promise<WorkflowsView> {
  const { home } = await ground.homes.active();
  const now = ground.clock.now();
  const [lines, asked] = await Promise.all([
    workflowsReport(ground, now),
    person === null ? new Map<string, number>() : timesAskedEach(ground.db, person),
  ]);
  const reader: Reader = { now, zone: home.team.timezone, team: home.team };
  const all = lines[0]?.paused.all ?? null;
  return {
    cards: lines.map((line) => cardOf(home, line, { reader, person, asked: asked.get(line.name) ?? 0, upcoming: 1 })),
    pausedAll: all ? pauseText(all, reader) : null,
    all: {
      pause: lines.length > 0 && all === null && may(home, person, 'pause_all', { now }).ok,
      resume: all !== null && may(home, person, 'resume_all', { now }).ok,
    },
    sentence: sentenceOf(lines),
  };
}

/** `many`: what several are, where it is said differently. */
const WORDS: Record<Standing, { word: string; many?: string; tone: Tone }> = {
  failing: { word: 'failing', tone: 'fail' },
  paused: { word: 'paused', tone: 'warn' },
  waiting: { word: 'waits for review', many: 'wait for review', tone: 'warn' },
  running: { word: 'running', tone: 'soft' },
  well: { word: 'well', tone: 'ok' },
  new: { word: 'has not run yet', many: 'have not run yet', tone: 'soft' },
};

function sentenceOf(lines: readonly WorkflowLine[]): string {
  const parts = Object.entries(WORDS).flatMap(([standing, { word, many = word }]) => {
    const count = lines.filter((line) => line.standing === standing).length;
    return count > 0 ? [`${count} ${count === 1 ? word : many}`] : [];
  });
  const whole = counted(lines.length, 'workflow');
  return `${whole.charAt(0).toUpperCase()}${whole.slice(1)}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}.`;
}

export interface CardFrame {
  reader: Reader;
  person: string | null;
  asked: number;
  /** How many of the next runs are told. */
  upcoming: number;
}

/** One workflow as a card. */
export function cardOf(home: Home, line: WorkflowLine, { reader, person, asked, upcoming }: CardFrame): WorkflowCard {
  const workflow = home.workflows[line.name];
  if (!workflow) throw new Error(`${line.name} is not in this home`);
  const { own, all } = line.paused;
  const scheduled = workflow.spec.schedule !== undefined;
  const acts = { person, now: reader.now, asked, paused: own !== null };
  return {
    ...{ name: line.name, title: line.title, outcome: line.outcome, severity: line.severity, tier: line.tier },
    owner: personText(line.owner, reader),
    standing: WORDS[line.standing],
    schedule: scheduleText(home, workflow),
    next: nextTexts(home, workflow, line, { reader, upcoming }),
    paused: [
      ...(own ? [pauseText(own, reader)] : []),
      ...(all && scheduled ? [`with everything ${pauseText(all, reader)}`] : []),
    ],
    runs: line.runs.map(({ run_id, status, at }) => ({ runId: run_id, status, at: clockText(at, reader) })),
    waiting: line.waiting.map((item) => ({
      reviewId: item.review_id,
      due: item.held ? 'held' : dueText(item.due_at, reader),
      overdue: item.overdue,
    })),
    alerts: line.alerts.map((alert) => alertItem(alert, home, { person, reader })),
    lastDelivered: line.last_delivered_at ? momentText(line.last_delivered_at, reader) : null,
    acts: workflowActs(home, workflow, acts),
  };
}

/** `by Jon since today 08:00 (2 h ago), until resumed, because: ledger moves` */
const pauseText = (pause: Paused, reader: Reader): string =>
  `by ${personText(pause.by, reader)} since ${momentText(pause.since, reader)}, ` +
  `until ${pause.until ? clockText(pause.until, reader) : 'resumed'}, because: ${pause.reason}`;

function scheduleText(home: Home, { spec }: Workflow): string {
  if (!spec.schedule) return 'None; it runs when somebody starts it.';
  const parsed = parseCron(spec.schedule.cron);
  const zone = spec.schedule.timezone ?? home.team.timezone;
  return `${parsed.ok ? cronWords(parsed.cron) : spec.schedule.cron} (${zone})`;
}

/** The first as the record has it, those after it as its schedule says; none while nothing would start. */
function nextTexts(
  home: Home,
  { spec }: Workflow,
  line: WorkflowLine,
  { reader, upcoming }: Pick<CardFrame, 'reader' | 'upcoming'>,
) {
  if (line.next_at === null || !spec.schedule) return [];
  const parsed = parseCron(spec.schedule.cron);
  const zone = spec.schedule.timezone ?? home.team.timezone;
  const instants = [new Date(line.next_at)];
  for (let last = instants[0]; parsed.ok && last && instants.length < upcoming; ) {
    last = nextAfter(parsed.cron, zone, last);
    instants.push(last);
  }
  return instants.map((at) => `${momentText(at, reader)}${isHeld(line, at) ? ', skipped while it is paused' : ''}`);
}

const isHeld = ({ paused: { own, all } }: WorkflowLine, at: Date): boolean =>
  [own, all].some((pause) => pause !== null && (pause.until === null || at < new Date(pause.until)));
