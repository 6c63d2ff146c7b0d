import { divide, plain, readCsv, run, share, signed, stepFile, units, writeCsv, writeJson } from './kit.mjs';

/** The supersectors that together make up nonfarm employment. */
const SECTORS = [
  'mining_and_logging',
  'construction',
  'manufacturing',
  'trade_transportation_utilities',
  'information',
  'financial_activities',
  'professional_and_business_services',
  'education_and_health_services',
  'leisure_and_hospitality',
  'other_services',
  'government',
];

function main() {
  const rows = readCsv(stepFile('normalise', 'rows.csv'), ['month', 'series', 'thousand']);
  const series = Object.groupBy(rows, (row) => row.series);
  const values = (name) => series[name].map((row) => ({ month: row.month, jobs: units(row.thousand, 1, name) }));
  const sectors = SECTORS.map((name) => {
    const [before, now] = [values(name).at(-13).jobs, values(name).at(-1).jobs];
    return { sector: name, now, change: now - before, pct: share(now - before, before, 1) };
  }).sort((a, b) => b.change - a.change);
  writeCsv(
    'sectors.csv',
    ['sector', 'thousand', 'change_12m_thousand', 'change_12m_pct'],
    sectors.map((row) => ({
      sector: row.sector,
      thousand: plain(row.now, 1),
      change_12m_thousand: plain(row.change, 1),
      change_12m_pct: plain(row.pct, 1),
    })),
  );
  const cycle = turningPoints(values('nonfarm'));
  writeJson('trend.json', cycle);
  return {
    summary: `From the peak in ${cycle.peak_month} to the trough in ${cycle.trough_month}: ${signed(-cycle.lost_thousand, 0)} thousand jobs.`,
  };
}

/** The deepest fall below an earlier peak, and the first month that was back above it. */
function turningPoints(months) {
  let peak = months[0];
  let deepest = { peak, trough: peak };
  for (const month of months) {
    if (month.jobs > peak.jobs) peak = month;
    if (peak.jobs - month.jobs > deepest.peak.jobs - deepest.trough.jobs) deepest = { peak, trough: month };
  }
  const regained = months.find(({ month, jobs }) => month > deepest.trough.month && jobs > deepest.peak.jobs);
  return {
    peak_month: deepest.peak.month,
    trough_month: deepest.trough.month,
    regained_month: regained?.month ?? null,
    lost_thousand: divide(deepest.peak.jobs - deepest.trough.jobs, 10),
  };
}

run(main);
