import { inputs, readCsv, run, SkillError, shown, sum, units, writeCsv } from './kit.mjs';

function main() {
  const airports = new Map();
  const of = (code) =>
    airports.get(code) ?? airports.set(code, { airport: code, departures: 0, arrivals: 0, routes: 0 }).get(code);
  const routes = readCsv(inputs().routes, ['origin', 'destination', 'count']).map((row, index) => {
    for (const code of [row.origin, row.destination])
      if (!/^[A-Z0-9]{3}$/.test(code))
        throw new SkillError('SourceChanged', `row ${index + 1}: "${code}" is not an airport code`);
    return { ...row, flights: units(row.count, 0, `${row.origin} to ${row.destination}`) };
  });
  for (const { origin, destination, flights } of routes) {
    of(origin).departures += flights;
    of(origin).routes += 1;
    of(destination).arrivals += flights;
  }
  const rows = [...airports.values()].sort((a, b) => b.departures - a.departures || a.airport.localeCompare(b.airport));
  writeCsv('airports.csv', ['airport', 'departures', 'arrivals', 'routes'], rows);
  return {
    summary: `${shown(routes.length, 0)} routes between ${rows.length} airports, ${shown(sum(rows.map((row) => row.departures)), 0)} flights.`,
  };
}

run(main);
