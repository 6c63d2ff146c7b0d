import { inputs, readCsv, run, SkillError, shown, sum, units, writeCsv } from './kit.mjs';

const SOURCES = ['Fossil Fuels', 'Nuclear Energy', 'Renewables'];

function main() {
  const seen = new Set();
  const rows = readCsv(inputs().generation, ['year', 'source', 'net_generation']).map((row, index) => {
    const year = /^(\d{4})-01-01$/.exec(row.year)?.[1];
    if (!year)
      throw new SkillError('SourceChanged', `row ${index + 1}: "${row.year}" is not a year such as 2017-01-01`);
    if (!SOURCES.includes(row.source))
      throw new SkillError('SourceChanged', `row ${index + 1}: unknown source "${row.source}"`);
    if (seen.has(`${year} ${row.source}`)) throw new SkillError('SourceChanged', `${row.source} ${year} comes twice`);
    seen.add(`${year} ${row.source}`);
    return { year, source: row.source, net_generation: units(row.net_generation, 0, `${row.source} ${year}`) };
  });
  const years = [...new Set(rows.map((row) => row.year))].sort();
  for (const year of years)
    for (const source of SOURCES)
      if (!seen.has(`${year} ${source}`)) throw new SkillError('SourceChanged', `${source} ${year} is missing`);
  rows.sort((a, b) => a.year.localeCompare(b.year) || a.source.localeCompare(b.source));
  writeCsv('rows.csv', ['year', 'source', 'net_generation'], rows);
  const total = sum(rows.map((row) => row.net_generation));
  return { summary: `${rows.length} rows, ${years.length} years, ${shown(total, 0)} thousand MWh in all.` };
}

run(main);
