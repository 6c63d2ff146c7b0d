import { Decimal } from 'decimal.js';
import { DateTime } from 'luxon';
import type { Team } from '../people/team.ts';
import type { SkillResult, Usage } from '../skills/runners/types.ts';
import type { Tx } from '../store/db.ts';
import type { Skill } from '../workflows/home.ts';

export type { Usage };

/**
 * What tokens cost at the price of their day (the team's local date), in `rates.currency`, as decimal text; null where
 * the model has no price then, which is not the same as free. Prices are per million tokens (home-format, `rates`).
 */
export const priceOf = (team: Team, usage: Usage, at: Date): string | null => {
  const day = DateTime.fromJSDate(at, { zone: team.timezone }).toISODate() ?? '';
  const models = team.rates?.models ?? {};
  const prices = Object.hasOwn(models, usage.model) ? models[usage.model] : undefined;
  const price = prices?.filter((one) => one.from <= day).sort((a, b) => (a.from < b.from ? 1 : -1))[0];
  if (!price) return null;
  return new Decimal(usage.input_tokens)
    .times(price.input)
    .plus(new Decimal(usage.output_tokens).times(price.output))
    .plus(new Decimal(usage.cache_read_tokens).times(price.cache_read))
    .plus(new Decimal(usage.cache_write_tokens).times(price.cache_write))
    .div(1_000_000)
    .toFixed();
};

/** What connectors and models of closed work are called that the home does not name. */
const OTHER = 'other';

/**
 * What a skill of closed work says it used, under names the home gave: reports show these names to everybody, and a name
 * of the skill's own could hold anything.
 */
export const underKnownNames = (
  result: SkillResult | null,
  team: Team,
  skill: Skill | undefined,
): SkillResult | null => {
  if (!result) return null;
  const models = team.rates?.models ?? {};
  const connectors = skill?.spec.access.connectors ?? [];
  return {
    ...result,
    usage: result.usage?.map((used) => ({ ...used, model: Object.hasOwn(models, used.model) ? used.model : OTHER })),
    connectors: result.connectors?.map(({ name, calls }) => ({
      name: connectors.includes(name) ? name : OTHER,
      calls,
    })),
  };
};

/**
 * Writes down what one attempt used, within the transaction that ends it: once, whatever became of the attempt, since
 * tokens of a failed one are spent too.
 */
export async function recordUsage(
  tx: Tx,
  attempt: { run_id: string; workflow: string; step: string; attempt: number },
  result: SkillResult | null,
  team: Team,
  at: Date,
): Promise<void> {
  const usage = result?.usage ?? [];
  if (usage.length > 0) {
    const rows = usage.map((used) => {
      const cost = priceOf(team, used, at);
      return { ...attempt, at, ...used, cost, currency: cost === null ? null : (team.rates?.currency ?? null) };
    });
    await tx.insertInto('usage').values(rows).execute();
  }
  const calls = new Map<string, number>();
  for (const one of result?.connectors ?? []) calls.set(one.name, (calls.get(one.name) ?? 0) + one.calls);
  if (calls.size > 0) {
    const { workflow: _, ...key } = attempt;
    const rows = [...calls].map(([name, count]) => ({ ...key, name, calls: count }));
    await tx.insertInto('connector_calls').values(rows).execute();
  }
}
