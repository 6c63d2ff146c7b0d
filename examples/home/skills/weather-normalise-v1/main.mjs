import { inputs, plain, readCsv, run, SkillError, units, writeCsv } from './kit.mjs';

const COLUMNS = ['location', 'date', 'precipitation', 'temp_max', 'temp_min', 'wind'];
const DAY = 86_400_000;

function main() {
  const given = inputs();
  const stations = { Seattle: given.seattle, 'New York': given['new-york'] };
  const delivered = Object.entries(stations).filter(([, path]) => path !== null);
  const rows = delivered.flatMap(([location, path]) => station(location, path));
  writeCsv('rows.csv', COLUMNS, rows);
  for (const [location] of delivered)
    writeCsv(
      `${location.toLowerCase().replace(' ', '-')}.csv`,
      COLUMNS,
      rows.filter((row) => row.location === location),
    );
  const missing = Object.keys(stations).filter((location) => stations[location] === null);
  return {
    summary: `${rows.length} days of ${delivered.length} of ${Object.keys(stations).length} stations.`,
    flags: missing.map((location) => `the station file of ${location} was not delivered`),
  };
}

/** One station's days: no gap, no day twice, no high below its low. */
function station(location, path) {
  let before = null;
  return readCsv(path, COLUMNS.slice(1)).map((row) => {
    const where = `${location} ${row.date}`;
    const day = Date.parse(`${row.date}T00:00:00Z`) / DAY;
    if (before !== null && day !== before + 1)
      throw new SkillError('SourceChanged', `${where} does not follow the day before it`);
    before = day;
    const [rain, high, low, wind] = COLUMNS.slice(2).map((column) => units(row[column], 1, `${where} ${column}`));
    if (low > high) throw new SkillError('SourceChanged', `${where}: the low is above the high`);
    return {
      location,
      date: row.date,
      precipitation: plain(rain, 1),
      temp_max: plain(high, 1),
      temp_min: plain(low, 1),
      wind: plain(wind, 1),
    };
  });
}

run(main);
