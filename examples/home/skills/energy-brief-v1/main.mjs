import {
  number,
  plain,
  readCsv,
  run,
  share,
  shown,
  signed,
  stepFile,
  sum,
  table,
  units,
  write,
  writeCsv,
  writeJson,
} from './kit.mjs';

const SOURCES = { fossil: 'Fossil Fuels', nuclear: 'Nuclear Energy', renewables: 'Renewables' };

function main() {
  const rows = readCsv(stepFile('normalise', 'rows.csv'), ['year', 'source', 'net_generation']);
  const of = (year, source) =>
    units(rows.find((row) => row.year === year && row.source === source).net_generation, 0, source);
  const mix = [...new Set(rows.map((row) => row.year))].map((year) => {
    const parts = Object.fromEntries(Object.entries(SOURCES).map(([key, source]) => [key, of(year, source)]));
    const total = sum(Object.values(parts));
    return { year, ...parts, total, share: share(parts.renewables, total, 1) };
  });
  const [first, last, before] = [mix[0], mix.at(-1), mix.at(-2)];
  writeCsv(
    'mix.csv',
    ['year', 'fossil', 'nuclear', 'renewables', 'total', 'renewables_share_pct'],
    mix.map((row) => ({ ...row, renewables_share_pct: plain(row.share, 1) })),
  );
  writeJson('metrics.json', {
    year: Number(last.year),
    first_year: Number(first.year),
    total: last.total,
    fossil: last.fossil,
    nuclear: last.nuclear,
    renewables: last.renewables,
    renewables_share_pct: number(last.share, 1),
    renewables_share_first_pct: number(first.share, 1),
    total_change_pct: number(share(last.total - before.total, before.total, 1), 1),
    fossil_change_pct: number(share(last.fossil - before.fossil, before.fossil, 1), 1),
  });
  write('brief.md', brief(mix, first, last, before));
  return {
    summary: `Renewables made ${plain(last.share, 1)} % of Iowa's electricity in ${last.year}, after ${plain(first.share, 1)} % in ${first.year}.`,
    key_numbers: [
      { label: `Net generation ${last.year}`, value: `${shown(last.total, 0)} thousand MWh` },
      { label: 'Share of renewables', value: `${plain(last.share, 1)} %` },
    ],
  };
}

const brief = (mix, first, last, before) => `# Iowa electricity mix, ${last.year}

- Net generation: ${shown(last.total, 0)} thousand MWh (${signed(share(last.total - before.total, before.total, 1), 1)} % on ${before.year})
- Share of renewables: ${plain(last.share, 1)} % (${first.year}: ${plain(first.share, 1)} %)
- Fossil fuels: ${shown(last.fossil, 0)} thousand MWh (${signed(share(last.fossil - before.fossil, before.fossil, 1), 1)} % on ${before.year})

## The last five years, thousand MWh

${table(
  ['Year', 'Fossil', 'Nuclear', 'Renewables', 'Total', 'Renewables %'],
  mix
    .slice(-5)
    .map((row) => [
      row.year,
      ...[row.fossil, row.nuclear, row.renewables, row.total].map((v) => shown(v, 0)),
      plain(row.share, 1),
    ]),
)}

Source: U.S. Energy Information Administration, net generation by source. All years are in \`mix.csv\`.
`;

run(main);
