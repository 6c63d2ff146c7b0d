import {
  number,
  plain,
  readCsv,
  readText,
  run,
  share,
  shown,
  stepFile,
  sum,
  table,
  units,
  write,
  writeJson,
} from './kit.mjs';

const SHOWN = 10;

function main() {
  const airports = readCsv(stepFile('tally', 'airports.csv'), ['airport', 'departures', 'arrivals', 'routes']).map(
    (row) => ({
      airport: row.airport,
      departures: units(row.departures, 0, row.airport),
      arrivals: units(row.arrivals, 0, row.airport),
      routes: units(row.routes, 0, row.airport),
    }),
  );
  const flights = sum(airports.map((row) => row.departures));
  const top = airports.slice(0, SHOWN);
  const held = share(sum(top.map((row) => row.departures)), flights, 1);
  const oneWay = airports.filter((row) => row.departures === 0 || row.arrivals === 0);
  writeJson('metrics.json', {
    year: 2008,
    flights,
    airports: airports.length,
    busiest: top[0].airport,
    busiest_departures: top[0].departures,
    top_10_share_pct: number(held, 1),
    one_way_airports: oneWay.map((row) => row.airport),
  });
  write('airports.csv', readText(stepFile('tally', 'airports.csv')));
  write(
    'brief.md',
    `# Airport traffic, 2008

- Flights: ${shown(flights, 0)} between ${airports.length} airports
- Busiest airport: ${top[0].airport}, ${shown(top[0].departures, 0)} departures
- Share of the ten busiest: ${plain(held, 1)} %
- Airports with flights in one direction only: ${oneWay.length}

${table(
  ['Airport', 'Departures', 'Arrivals', 'Routes'],
  top.map((row) => [row.airport, shown(row.departures, 0), shown(row.arrivals, 0), row.routes]),
)}

Source: U.S. Bureau of Transportation Statistics, flights of 2008 by route. All airports are in \`airports.csv\`.
`,
  );
  return {
    summary: `${shown(flights, 0)} flights in 2008; ${top[0].airport} was the busiest airport.`,
    flags: oneWay.length > 0 ? [`${oneWay.length} airports have flights in one direction only`] : [],
    key_numbers: [{ label: 'Flights 2008', value: shown(flights, 0) }],
  };
}

run(main);
