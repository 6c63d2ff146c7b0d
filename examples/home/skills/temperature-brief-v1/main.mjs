import {
  divide,
  inputs,
  number,
  plain,
  readCsv,
  run,
  SkillError,
  signed,
  sum,
  table,
  units,
  write,
  writeCsv,
  writeJson,
} from './kit.mjs';

function main() {
  const years = readCsv(inputs().anomalies, ['year', 'temp']).map(({ year, temp }, index, all) => {
    if (index > 0 && Number(year) !== Number(all[index - 1].year) + 1)
      throw new SkillError('SourceChanged', `${year} does not follow ${all[index - 1].year}`);
    return { year: Number(year), anomaly: units(temp, 2, year) };
  });
  const decades = Object.entries(Object.groupBy(years, ({ year }) => year - (year % 10))).map(([decade, rows]) => {
    const total = sum(rows.map((row) => row.anomaly));
    return { decade, years: rows.length, total, mean: divide(total, rows.length) };
  });
  const last = years.at(-1);
  const warmest = years.toSorted((a, b) => b.anomaly - a.anomaly || b.year - a.year).slice(0, 5);
  const slope = trend(years.slice(-30));
  writeCsv(
    'decades.csv',
    ['decade', 'years', 'sum_of_anomalies', 'mean_anomaly'],
    decades.map((row) => ({ ...row, sum_of_anomalies: plain(row.total, 2), mean_anomaly: plain(row.mean, 2) })),
  );
  writeJson('metrics.json', {
    year: last.year,
    years: years.length,
    anomaly_c: number(last.anomaly, 2),
    rank: 1 + years.filter((row) => row.anomaly > last.anomaly).length,
    trend_30y_c_per_decade: number(slope, 3),
    last_full_decade_mean_c: number(decades.findLast((row) => row.years === 10).mean, 2),
    warmest_years: warmest.map((row) => row.year),
  });
  write('brief.md', brief(last, slope, decades, warmest));
  return {
    summary: `${last.year} was ${signed(last.anomaly, 2)} °C against 1951 to 1980; the last 30 years warmed by ${plain(slope, 3)} °C per decade.`,
    key_numbers: [
      { label: `Anomaly ${last.year}`, value: `${signed(last.anomaly, 2)} °C` },
      { label: 'Trend over 30 years', value: `${signed(slope, 3)} °C per decade` },
    ],
  };
}

/** Least squares over the years, in thousandths of a degree per decade, exactly. Anomalies are hundredths. */
function trend(rows) {
  const n = rows.length;
  const x = rows.map((row) => row.year - rows[0].year);
  const y = rows.map((row) => row.anomaly);
  const above = n * sum(x.map((value, at) => value * y[at])) - sum(x) * sum(y);
  return divide(above * 100, n * sum(x.map((value) => value * value)) - sum(x) ** 2);
}

const brief = (last, slope, decades, warmest) => `# Global temperature, ${last.year}

- Anomaly: ${signed(last.anomaly, 2)} °C against the mean of 1951 to 1980
- Trend of the last 30 years: ${signed(slope, 3)} °C per decade
- Warmest years: ${warmest.map((row) => `${row.year} (${signed(row.anomaly, 2)})`).join(', ')}

## By decade

${table(
  ['Decade', 'Years', 'Mean anomaly, °C'],
  decades.map((row) => [`${row.decade}s`, row.years, signed(row.mean, 2)]),
)}

Source: NASA Goddard Institute for Space Studies, Land-Ocean Temperature Index.
`;

run(main);
