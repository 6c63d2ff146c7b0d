import {
  inputs,
  number,
  readCsv,
  readJson,
  readText,
  request,
  run,
  SkillError,
  share,
  shown,
  signed,
  stepFile,
  table,
  units,
  write,
  writeJson,
} from './kit.mjs';

function main() {
  const totals = readCsv(stepFile('normalise', 'totals.csv'), ['month', 'nonfarm', 'private', 'government']).map(
    (row) => ({
      month: row.month,
      nonfarm: units(row.nonfarm, 0, row.month),
      private: units(row.private, 0, row.month),
    }),
  );
  const sectors = readCsv(stepFile('trend', 'sectors.csv'), [
    'sector',
    'thousand',
    'change_12m_thousand',
    'change_12m_pct',
  ]);
  const cycle = readJson(stepFile('trend', 'trend.json'));
  const proof = readJson(stepFile('reconcile', 'reconciliation.json'));
  const [now, before, yearAgo] = [totals.at(-1), totals.at(-2), totals.at(-13)];
  const change = now.nonfarm - before.nonfarm;
  const year = now.nonfarm - yearAgo.nonfarm;
  writeJson('metrics.json', {
    month: now.month,
    nonfarm_thousand: now.nonfarm,
    private_thousand: now.private,
    change_1m_thousand: change,
    change_12m_thousand: year,
    change_12m_pct: number(share(year, yearAgo.nonfarm, 1), 1),
    ...cycle,
    sums_checked: proof.checked,
    sums_held: proof.held,
    generated_at: new Date().toISOString(),
  });
  write('sectors.csv', readText(stepFile('trend', 'sectors.csv')));
  write('brief.md', brief({ totals, sectors, cycle, proof, now, change, year, yearAgo, months: monthsAsked() }));
  return {
    summary: `Nonfarm employment ${shown(now.nonfarm, 0)} thousand in ${now.month}, ${signed(change, 0)} thousand on the month.`,
    key_numbers: [
      { label: `Nonfarm employment ${now.month}`, value: `${shown(now.nonfarm, 0)} thousand` },
      { label: 'Change on the month', value: `${signed(change, 0)} thousand` },
      { label: 'Change on the year', value: `${signed(year, 0)} thousand` },
    ],
  };
}

/** How many months the table shows: what a reviewer asked for ("the last 12 months"), else the input. */
function monthsAsked() {
  const asked = /\blast (\d{1,3}) months\b/i.exec(request().note ?? '')?.[1] ?? inputs().months;
  const months = Number(asked);
  if (!Number.isInteger(months) || months < 1 || months > 120)
    throw new SkillError('BadRequest', `months must be a whole number from 1 to 120, not "${asked}"`);
  return months;
}

const words = (name) => name.replaceAll('_', ' ');
const line = (row) => `${words(row.sector)} (${signed(units(row.change_12m_thousand, 1, row.sector), 1)} thousand)`;

const brief = ({ totals, sectors, cycle, proof, now, change, year, yearAgo, months }) => `# US employment, ${now.month}

- Nonfarm employment: ${shown(now.nonfarm, 0)} thousand
- Change on the month: ${signed(change, 0)} thousand
- Change on the year: ${signed(year, 0)} thousand (${signed(share(year, yearAgo.nonfarm, 1), 1)} %)
- Largest gain in 12 months: ${line(sectors[0])}
- Largest loss in 12 months: ${line(sectors.at(-1))}
- Deepest fall: from ${cycle.peak_month} to ${cycle.trough_month}, ${shown(cycle.lost_thousand, 0)} thousand jobs; back above the peak in ${cycle.regained_month ?? 'no month yet'}

## The last ${months} months, thousand jobs

${table(
  ['Month', 'Nonfarm', 'Private', 'Change'],
  totals.slice(-months).map((row) => [row.month, shown(row.nonfarm, 0), shown(row.private, 0), changeOf(totals, row)]),
)}

## Reconciliation

${proof.held} of ${proof.checked} sums that the delivery must satisfy hold; the largest difference is ${proof.worst_thousand} thousand, ${proof.held === proof.checked ? 'within rounding' : 'more than rounding explains'}.

Source: U.S. Bureau of Labor Statistics, Current Employment Statistics, seasonally adjusted. BLS.gov cannot vouch for the data or analyses derived from these data after the data have been retrieved from BLS.gov.
`;

function changeOf(totals, row) {
  const before = totals[totals.indexOf(row) - 1];
  return before ? signed(row.nonfarm - before.nonfarm, 0) : '';
}

run(main);
