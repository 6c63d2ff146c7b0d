import { number, plain, readCsv, run, stepFile, sum, units, writeCsv, writeJson } from './kit.mjs';

/** Whole → parts that must add up to it. `rounding` is in tenths of a thousand jobs. */
const IDENTITIES = [
  { whole: 'nonfarm', parts: ['goods_producing', 'service_providing'], rounding: 0 },
  { whole: 'nonfarm', parts: ['private', 'government'], rounding: 0 },
  { whole: 'service_providing', parts: ['private_service_providing', 'government'], rounding: 0 },
  { whole: 'goods_producing', parts: ['mining_and_logging', 'construction', 'manufacturing'], rounding: 0 },
  { whole: 'manufacturing', parts: ['durable_goods', 'nondurable_goods'], rounding: 0 },
  {
    whole: 'private_service_providing',
    parts: [
      'trade_transportation_utilities',
      'information',
      'financial_activities',
      'professional_and_business_services',
      'education_and_health_services',
      'leisure_and_hospitality',
      'other_services',
    ],
    rounding: 0,
  },
  {
    // The parts are published in tenths and the whole in thousands: half a thousand, and half a tenth for each part.
    whole: 'trade_transportation_utilities',
    parts: ['wholesale_trade', 'retail_trade', 'transportation_and_warehousing', 'utilities'],
    rounding: 7,
  },
];

function main() {
  const rows = readCsv(stepFile('normalise', 'rows.csv'), ['month', 'series', 'thousand']);
  const months = Object.values(Object.groupBy(rows, (row) => row.month)).map((all) =>
    Object.fromEntries(all.map((row) => [row.series, units(row.thousand, 1, `${row.series} ${row.month}`)])),
  );
  const found = IDENTITIES.map(({ whole, parts, rounding }) => {
    const off = months.map((month) => Math.abs(month[whole] - sum(parts.map((part) => month[part]))));
    return {
      identity: `${whole} = ${parts.join(' + ')}`,
      months: off.length,
      exact: off.filter((value) => value === 0).length,
      held: off.filter((value) => value <= rounding).length,
      worst: Math.max(...off),
    };
  });
  const changes = restatedChanges();
  const [checked, held] = [
    sum(found.map((row) => row.months)) + changes.checked,
    sum(found.map((row) => row.held)) + changes.held,
  ];
  writeCsv(
    'identities.csv',
    ['identity', 'months', 'exact', 'held', 'worst_thousand'],
    found.map((row) => ({ ...row, worst_thousand: plain(row.worst, 1) })),
  );
  const worst = Math.max(...found.map((row) => row.worst));
  writeJson('reconciliation.json', { checked, held, worst_thousand: number(worst, 1), changes_restated: changes.held });
  return {
    summary: `${held} of ${checked} sums hold; the largest difference is ${plain(worst, 1)} thousand.`,
    // Not a feeling: the share of the source's own sums that hold.
    confidence: Math.floor((held * 10_000) / checked) / 10_000,
    flags: held === checked ? [] : [`${checked - held} sums of the delivery do not hold`],
  };
}

/** The delivery carries the month-to-month change as a column of its own; it must follow from the totals. */
function restatedChanges() {
  const totals = readCsv(stepFile('normalise', 'totals.csv'), ['month', 'nonfarm', 'nonfarm_change']);
  const wrong = totals
    .slice(1)
    .filter((row, index) => Number(row.nonfarm) - Number(totals[index].nonfarm) !== Number(row.nonfarm_change));
  return { checked: totals.length - 1, held: totals.length - 1 - wrong.length };
}

run(main);
