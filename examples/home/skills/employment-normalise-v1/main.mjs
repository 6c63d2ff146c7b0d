import { inputs, plain, readCsv, run, SkillError, units, writeCsv } from './kit.mjs';
import { COLUMNS } from './series.mjs';

function main() {
  const months = readCsv(inputs().payrolls, ['month', 'nonfarm_change', ...Object.keys(COLUMNS)]);
  months.forEach(({ month }, index) => {
    if (index > 0 && month !== after(months[index - 1].month))
      throw new SkillError('SourceChanged', `${month} does not follow ${months[index - 1].month}`);
  });
  const rows = months.flatMap((row) =>
    Object.entries(COLUMNS).map(([column, series]) => ({
      month: row.month.slice(0, 7),
      series,
      thousand: plain(units(row[column], 1, `${series} ${row.month}`), 1),
    })),
  );
  writeCsv('rows.csv', ['month', 'series', 'thousand'], rows);
  writeCsv(
    'totals.csv',
    ['month', 'nonfarm', 'private', 'government', 'nonfarm_change'],
    months.map((row) => ({ ...row, month: row.month.slice(0, 7) })),
  );
  return { summary: `${months.length} months of ${Object.keys(COLUMNS).length} series, no gap.` };
}

function after(month) {
  const [year, number] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01-01` : `${year}-${String(number + 1).padStart(2, '0')}-01`;
}

run(main);
