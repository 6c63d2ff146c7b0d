import { plain, readCsv, run, shown, signed, stepFile, sum, table, units, write, writeCsv, writeJson } from './kit.mjs';

function main() {
  const rows = readCsv(stepFile('normalise', 'rows.csv'), ['month', 'industry', 'unemployed_thousand', 'rate_pct']).map(
    (row) => ({
      ...row,
      persons: units(row.unemployed_thousand, 0, row.industry),
    }),
  );
  const last = rows.at(-1).month;
  const yearAgo = `${Number(last.slice(0, 4)) - 1}${last.slice(4)}`;
  const total = (month) => sum(rows.filter((row) => row.month === month).map((row) => row.persons));
  const now = rows.filter((row) => row.month === last).sort((a, b) => b.persons - a.persons);
  const months = [...new Set(rows.map((row) => row.month))];
  writeCsv(
    'by-month.csv',
    ['month', 'unemployed_thousand'],
    months.map((month) => ({ month, unemployed_thousand: total(month) })),
  );
  const change = total(last) - total(yearAgo);
  writeJson('metrics.json', {
    month: last,
    unemployed_thousand: total(last),
    change_12m_thousand: change,
    industries: now.length,
    highest_rate: now.reduce((best, row) => (Number(row.rate_pct) > Number(best.rate_pct) ? row : best)).industry,
  });
  write(
    'brief.md',
    `# Unemployment by industry, ${last}

- Unemployed: ${shown(total(last), 0)} thousand (${signed(change, 0)} thousand on ${yearAgo})
- Industries: ${now.length}

${table(
  ['Industry', 'Thousand', 'Rate %'],
  now.map((row) => [row.industry, shown(row.persons, 0), plain(units(row.rate_pct, 1, row.industry), 1)]),
)}

Source: U.S. Bureau of Labor Statistics, Current Population Survey. BLS.gov cannot vouch for the data or analyses derived from these data after the data have been retrieved from BLS.gov.
`,
  );
  return {
    summary: `${shown(total(last), 0)} thousand unemployed in ${last}, over ${now.length} industries.`,
    key_numbers: [{ label: `Unemployed ${last}`, value: `${shown(total(last), 0)} thousand` }],
  };
}

run(main);
