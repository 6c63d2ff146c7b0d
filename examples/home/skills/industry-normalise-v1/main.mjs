import { inputs, plain, readCsv, run, SkillError, shown, sum, units, writeCsv } from './kit.mjs';

function main() {
  const seen = new Set();
  const rows = readCsv(inputs().delivery, ['industry', 'month', 'unemployed_thousand', 'rate_pct']).map((row) => {
    const where = `${row.industry} ${row.month}`;
    if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(row.month)) throw new SkillError('SourceChanged', `${where}: not a month`);
    if (seen.has(where)) throw new SkillError('SourceChanged', `${where} comes twice`);
    seen.add(where);
    return {
      month: row.month,
      industry: row.industry,
      unemployed_thousand: units(row.unemployed_thousand, 0, where),
      rate_pct: plain(units(row.rate_pct, 1, where), 1),
    };
  });
  rows.sort((a, b) => a.month.localeCompare(b.month) || a.industry.localeCompare(b.industry));
  writeCsv('rows.csv', ['month', 'industry', 'unemployed_thousand', 'rate_pct'], rows);
  const total = sum(rows.map((row) => row.unemployed_thousand));
  return {
    summary: `${shown(rows.length, 0)} rows, ${shown(total, 0)} thousand in all. The checks compare that with the sender's control total.`,
  };
}

run(main);
