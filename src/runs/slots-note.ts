import { DateTime } from 'luxon';
import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import type { Snapshot } from '../workflows/home.ts';
import type { Due } from './slots-claim.ts';
import { MOST_COUNTED } from './slots-plan.ts';
import { type ClockPorts, FENCE_ALERT, missedAlertKey } from './slots-ports.ts';
import type { SlotEntry } from './slots-write.ts';

/** Why a due slot that nobody started was let go, as its row keeps it. */
export const missedReason = (due: Due): string => `catch_up ${due.workflow.spec.schedule?.catch_up ?? 'latest'}`;

/** One trail entry and one alert per workflow, however many of its slots were missed. */
export async function noteMissed(
  tx: Tx,
  ports: ClockPorts,
  due: readonly Due[],
  missed: readonly SlotEntry[],
  now: Date,
  giveUp: string | undefined,
): Promise<void> {
  for (const each of due) {
    const mine = missed.filter((entry) => entry.workflow === each.workflow.name);
    const all = [...each.earlier, ...mine.map((entry) => entry.at)];
    const [from, to] = [all[0], all.at(-1)];
    if (!from || !to) continue;
    const and_more = each.earlier.length === MOST_COUNTED;
    const data = { count: all.length, and_more, from, to, reason: giveUp ?? missedReason(each) };
    await audit(tx, {
      at: now,
      act: 'slot.missed',
      actor: 'service',
      via: 'schedule',
      workflow: each.workflow.name,
      data,
    });
    await ports.raiseAlert(tx, {
      kind: 'MISSED',
      key: missedAlertKey(each.workflow.name),
      severity: each.workflow.spec.severity,
      workflow: each.workflow.name,
      error_class: 'Missed',
      error_message: missedWords(each, all, giveUp),
    });
  }
}

function missedWords(due: Due, missed: readonly Date[], giveUp: string | undefined): string {
  const zone = due.row.timezone ?? 'UTC';
  const local = (at: Date | undefined) => DateTime.fromJSDate(at ?? new Date(0), { zone }).toFormat('yyyy-MM-dd HH:mm');
  const [from, to] = [local(missed[0]), local(missed.at(-1))];
  const many =
    due.earlier.length === MOST_COUNTED
      ? `more than ${missed.length} runs did not start since ${from} (${zone})`
      : `${missed.length} runs did not start, ${from} to ${to} (${zone})`;
  const what = missed.length === 1 ? `did not start at ${to} (${zone})` : many;
  if (giveUp !== undefined) return `${what}: ${giveUp}`;
  const policy = due.workflow.spec.schedule?.catch_up ?? 'latest';
  const started = due.fates.some((fate) => fate.fate === 'start');
  return `${what}; catch_up is ${policy}${started ? ', a newer one starts now' : ', none is started in its place'}`;
}

/** One trail entry per workflow and reason. */
export async function noteSkipped(tx: Tx, skipped: readonly SlotEntry[], now: Date): Promise<void> {
  const groups = Map.groupBy(skipped, (entry) => `${entry.workflow} ${entry.reason}`);
  await audit(
    tx,
    ...[...groups.values()].flatMap((group) => {
      const [first, last] = [group[0], group.at(-1)];
      if (!first || !last) return [];
      const data = { reason: first.reason, count: group.length, from: first.at, to: last.at };
      const act = 'slot.skipped' as const;
      return [{ at: now, act, actor: 'service', via: 'schedule' as const, workflow: first.workflow, data }];
    }),
  );
}

/** One alert for the host, as grave as the gravest workflow it holds back. */
export async function raiseFence(
  tx: Tx,
  ports: Pick<ClockPorts, 'raiseAlert'>,
  { home }: Snapshot,
  workflows: readonly string[],
  why: string,
): Promise<void> {
  const severities = workflows.map((name) => home.workflows[name]?.spec.severity ?? 'P3').sort();
  await ports.raiseAlert(tx, {
    kind: 'BLOCKED',
    key: FENCE_ALERT,
    severity: severities[0] ?? 'P3',
    workflow: null,
    error_class: 'FenceBroken',
    error_message: `schedules do not start on this host (sandbox: required): ${why}`,
  });
}
