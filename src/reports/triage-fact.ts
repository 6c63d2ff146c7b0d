import type { Ground } from '../ground.ts';
import { sentenceList, shortName } from '../people/names.ts';
import { onCall } from '../people/on-call.ts';
import { may } from '../people/permissions.ts';
import { personByName, resolvePeople } from '../people/resolve.ts';
import { isPaused, openPauses } from '../runs/pause-state.ts';
import type { PauseRow } from '../store/schema.ts';
import { localAt } from '../values/local-time.ts';
import type { WorkflowSpec } from '../workflows/definition.ts';
import type { Home } from '../workflows/home.ts';
import { type Failing, failingAlerts } from './failing.ts';
import { type QueueItem, queueReport } from './queue.ts';
import { type Next, type Paused, pausedOf } from './status.ts';
import { nextInstants } from './status-queries.ts';
import { waitsFor } from './waits-for.ts';
import { latestRuns, type RunMark } from './workflow-runs.ts';

/** A workflow of the person whose morning it is. */
export interface OwnWorkflow {
  name: string;
  title: string;
  /** The latest run, ended or not; null where there was none. */
  last: RunMark | null;
  next_at: string | null;
  /** Set where this person may start it: what it asks for, and whether its own texts may be shown to them. */
  run: { inputs: WorkflowSpec['inputs']; seen: boolean } | null;
}

/** What one person has to look at now. Times are ISO 8601 in UTC, people are keys; absent is null. */
export interface Triage {
  /** Null for a member who may read and is not listed. */
  person: string | null;
  team: string;
  /** Open reviews that this person may decide and has not, oldest first. */
  reviews: QueueItem[];
  /** How many wait for other people. */
  others_wait: number;
  /** Open alerts: this person's own, then those of their workflows, then by gravity and age. */
  failing: Failing[];
  /** What runs next before the day ends in the team's zone, soonest first. */
  next: Next[];
  /** The next instant after today, where nothing runs today. */
  later: Next | null;
  paused: Paused[];
  workflows: OwnWorkflow[];
  on_call: string | null;
}

/** For somebody who may not read: the first names of those who can let them. */
export interface TriageClosed {
  closed: true;
  team: string;
  admins: string;
}

/** What everybody's morning is made of, read once for however many are drawn at a time. */
export async function commonFacts(ground: Ground) {
  const now = ground.clock.now();
  const [queue, failing, pauses, instants] = await Promise.all([
    queueReport(ground.db, { now }),
    failingAlerts(ground),
    openPauses(ground.db, now),
    nextInstants(ground.db),
  ]);
  return { queue, failing, pauses, instants };
}

export type CommonFacts = Awaited<ReturnType<typeof commonFacts>>;

/** Whose morning it is. `member`: not listed, but a full member of the chat workspace, for whom `default_role` counts. */
export interface TriageReader {
  person: string | null;
  member?: boolean | undefined;
}

/** The morning of one person, as they may see it by today's home; `common` where it was read for others already. */
export async function triageFact(
  ground: Ground,
  { person, member = false }: TriageReader,
  common?: CommonFacts,
): Promise<Triage | TriageClosed> {
  const { home } = await ground.homes.active();
  const now = ground.clock.now();
  if (!may(home, person, 'read', { now, chatMember: member }).ok) return closed(home);
  const own = person === null ? [] : ownedBy(home, person);
  const [{ queue, failing, pauses, instants }, mine, runs] = await Promise.all([
    common ?? commonFacts(ground),
    person === null ? new Set<string>() : waitsFor(ground, person),
    latestRuns(ground.db, own, 1),
  ]);
  const next = instants.flatMap(({ workflow, next_at }) => (next_at ? [nextOf(workflow, next_at, pauses, now)] : []));
  const today = next.filter(({ at }) => sameDay(home, at, now));
  return {
    person,
    team: home.team.team,
    reviews: queue.filter(({ review_id }) => mine.has(review_id)),
    others_wait: queue.filter(({ review_id }) => !mine.has(review_id)).length,
    failing: failing.toSorted((a, b) => nearness(a, person, own) - nearness(b, person, own)),
    next: today,
    later: today.length > 0 ? null : (next[0] ?? null),
    paused: pauses.map(pausedOf),
    workflows: own.map((name) =>
      ownWorkflow(home, name, person, now, {
        last: runs.get(name)?.at(-1) ?? null,
        next_at: next.find(({ workflow }) => workflow === name)?.at ?? null,
      }),
    ),
    on_call: onCall(home.team, now).who,
  };
}

function closed({ team }: Home): TriageClosed {
  const admins = Object.keys(team.people).filter((key) => personByName(team, key)?.roles.includes('admin'));
  return { closed: true, team: team.team, admins: sentenceList(admins.map((key) => shortName(team, key))) };
}

const ownedBy = ({ team, workflows }: Home, person: string): string[] =>
  Object.values(workflows)
    .filter(({ spec }) => resolvePeople(team, [spec.owner]).includes(person))
    .map(({ name }) => name)
    .sort();

const nextOf = (workflow: string, at: Date, pauses: readonly PauseRow[], now: Date): Next => ({
  workflow,
  at: at.toISOString(),
  paused: isPaused(pauses, workflow, now) !== undefined,
});

const DAY_MS = 86_400_000;

function sameDay({ team }: Home, at: string, now: Date): boolean {
  const day = (instant: number) => Math.floor(localAt(team.timezone, instant) / DAY_MS);
  return day(Date.parse(at)) === day(now.getTime());
}

/** What this person has in hand comes first, then what nobody has in their own workflows. */
function nearness({ holder, workflow }: Failing, person: string | null, own: readonly string[]): number {
  if (person !== null && holder === person) return 0;
  if (workflow !== null && own.includes(workflow)) return 1;
  return holder === null ? 2 : 3;
}

function ownWorkflow(
  home: Home,
  name: string,
  person: string | null,
  now: Date,
  known: Pick<OwnWorkflow, 'last' | 'next_at'>,
): OwnWorkflow {
  const workflow = home.workflows[name];
  const subject = { workflow, now };
  const mayRun = may(home, person, 'run', subject).ok;
  return {
    name,
    title: workflow?.spec.title ?? name,
    ...known,
    run:
      workflow && mayRun ? { inputs: workflow.spec.inputs, seen: may(home, person, 'see_outputs', subject).ok } : null,
  };
}
