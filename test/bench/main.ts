// `npm run bench`: what the product costs, measured; see docs/performance.md. `-- --only decisions,runs` picks parts,
// `-- --json` prints one JSON document.
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { benchDecisions } from './decisions.ts';
import { benchDiscordClicks } from './discord-clicks.ts';
import { benchFace } from './face.ts';
import { type Figure, tableOf } from './figure.ts';
import { benchOutbox } from './outbox.ts';
import { closePlaces } from './place.ts';
import { benchRuns } from './runs.ts';
import { benchSchedules } from './schedules.ts';
import { benchSlackClicks } from './slack-clicks.ts';
import { benchSlackDelivery } from './slack-delivery.ts';
import { benchStarts } from './starts.ts';
import { benchTwoChats } from './two-chats.ts';

const PARTS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  decisions: benchDecisions,
  discord: async () => [...(await benchDiscordClicks()), ...(await benchTwoChats())],
  face: benchFace,
  outbox: benchOutbox,
  runs: benchRuns,
  schedules: benchSchedules,
  'slack-clicks': benchSlackClicks,
  'slack-delivery': benchSlackDelivery,
  starts: benchStarts,
};

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'boolean', default: false } } });
const wanted = values.only?.split(',') ?? Object.keys(PARTS);
const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}. The parts are ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void closePlaces().finally(() => process.exit(130)));

const [before] = loadavg();
const begun = performance.now();
const figures: Figure[] = [];
for (const name of wanted) {
  if (!values.json) console.error(`${name} …`);
  figures.push(...((await PARTS[name]?.()) ?? []));
}
const machine = {
  node: process.version,
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  // Of others and of the bench itself; above the number of cores the figures say more about them than about the product.
  load_before: before,
  load_after: loadavg()[0],
  seconds: Math.round((performance.now() - begun) / 1000),
};
if (values.json) console.log(JSON.stringify({ machine, figures }, null, 2));
else {
  const { node, processor, cores, load_before, load_after, seconds } = machine;
  const load = `load ${load_before?.toFixed(1)} before, ${load_after?.toFixed(1)} after`;
  console.log(`\n${tableOf(figures)}\n\nnode ${node}, ${cores} × ${processor}, ${load}, ${seconds} s in all.`);
}
// A target that is missed is a figure, not a failure of the bench.
process.exit(0);
