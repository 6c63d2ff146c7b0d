import {
  divide,
  inputs,
  number,
  plain,
  readCsv,
  run,
  shown,
  stepFile,
  sum,
  table,
  units,
  write,
  writeCsv,
  writeJson,
} from './kit.mjs';

const STATIONS = { seattle: 'Seattle', 'new-york': 'New York' };

function main() {
  const given = inputs();
  const rows = readCsv(stepFile('normalise', 'rows.csv'), [
    'location',
    'date',
    'precipitation',
    'temp_max',
    'temp_min',
  ]).map((row) => ({
    location: row.location,
    date: row.date,
    rain: units(row.precipitation, 1, row.date),
    high: units(row.temp_max, 1, row.date),
    low: units(row.temp_min, 1, row.date),
  }));
  const months = byKey(rows, (row) => `${row.location},${row.date.slice(0, 7)}`);
  writeCsv(
    'monthly.csv',
    ['location', 'month', 'days', 'precipitation', 'mean_high'],
    months.map(({ key, days }) => ({
      location: key.split(',')[0],
      month: key.split(',')[1],
      days: days.length,
      precipitation: plain(sum(days.map((day) => day.rain)), 1),
      mean_high: plain(divide(sum(days.map((day) => day.high)), days.length), 1),
    })),
  );
  const year = rows.at(-1).date.slice(0, 4);
  const stations = Object.entries(STATIONS).map(([input, location]) => ({
    input,
    location,
    figures:
      given[input] === null
        ? null
        : figures(
            rows.filter((row) => row.location === location),
            year,
          ),
  }));
  const seattle = stations[0].figures;
  writeJson('metrics.json', {
    year: Number(year),
    days: rows.length,
    ...Object.fromEntries(stations.map(({ input, figures: of }) => [input.replace('-', '_'), of?.json ?? null])),
  });
  write('brief.md', brief(year, stations));
  return {
    summary: `Seattle had ${plain(seattle.rain, 1)} mm on ${seattle.wet} wet days in ${year}${given['new-york'] === null ? '; New York is unavailable' : ''}.`,
    key_numbers: [{ label: `Seattle precipitation ${year}`, value: `${shown(seattle.rain, 1)} mm` }],
  };
}

const byKey = (rows, key) => Object.entries(Object.groupBy(rows, key)).map(([name, days]) => ({ key: name, days }));

/** What one station's year comes to; units are tenths of a millimetre and of a degree. */
function figures(rows, year) {
  const days = rows.filter((row) => row.date.startsWith(year));
  const hottest = days.reduce((best, day) => (day.high > best.high ? day : best));
  const coldest = days.reduce((best, day) => (day.low < best.low ? day : best));
  const rain = sum(days.map((day) => day.rain));
  const wet = days.filter((day) => day.rain > 0).length;
  const mean = divide(sum(days.map((day) => day.high)), days.length);
  return {
    rain,
    wet,
    mean,
    hottest,
    coldest,
    json: {
      precipitation_mm: number(rain, 1),
      wet_days: wet,
      mean_high_c: number(mean, 1),
      hottest_day: hottest.date,
      coldest_day: coldest.date,
    },
  };
}

const brief = (year, stations) => `# Weather of two cities, ${year}

${stations.map(section).join('\n\n')}

## Data completeness

${stations.map(({ input, figures: of }) => `- ${input}: ${of ? 'complete' : 'unavailable, the station file was not delivered'}`).join('\n')}

Source: NOAA, daily station records, in metric units.
`;

const section = ({ location, figures: of }) =>
  of
    ? `## ${location}

- ${location} precipitation: ${shown(of.rain, 1)} mm on ${of.wet} wet days
- ${location} mean high: ${plain(of.mean, 1)} °C

${table(
  ['Extreme', 'Day', '°C'],
  [
    ['Hottest', of.hottest.date, plain(of.hottest.high, 1)],
    ['Coldest', of.coldest.date, plain(of.coldest.low, 1)],
  ],
)}`
    : `## ${location}

Unavailable: no figure of this section can be given.`;

run(main);
