import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { fenceText } from '../../blocks/status.ts';
import { messageOf } from '../errors.ts';
import { makeLog } from '../log.ts';
import { exampleHome } from '../main/example.ts';
import { openGround } from '../main/open.ts';
import { probeFence } from '../skills/fence/probe.ts';
import { checkHome } from '../workflows/check-home.ts';
import { chatWords } from './chat-words.ts';
import type { Printed } from './io.ts';
import type { CliContext } from './world.ts';

interface Finding {
  part: string;
  ok: boolean;
  says: string;
}

const LITTLE_ROOM = 1_000_000_000;

/** `doctor`: tries everything the product stands on, and says for each what holds and what to do. */
export async function doctor(context: CliContext): Promise<Printed> {
  const { config } = context;
  const findings: Finding[] = [];
  const examine = async (part: string, look: () => Promise<string>) => {
    try {
      findings.push({ part, ok: true, says: await look() });
    } catch (error) {
      findings.push({ part, ok: false, says: messageOf(error) });
    }
  };
  const node = Number(process.versions.node.split('.')[0]);
  findings.push({ part: 'node', ok: node >= 24, says: `Node ${process.versions.node}` });
  await examine('data', () => dataFolder(config.data));
  await examine('database', () => database(context));
  const home = config.home ?? (await exampleHome(config.data));
  const report = await checkHome(home, { env: context.env });
  findings.push({ part: 'home', ok: report.ok, says: report.text });
  const fence = await probeFence();
  const sandbox = report.ok ? await sandboxOf(home) : 'required';
  findings.push({
    part: 'fence',
    ok: fence.bubblewrap.holds || sandbox === 'optional',
    says: fenceText(fence, sandbox),
  });
  findings.push({ part: 'chat', ok: true, says: chatWords(config) });
  const ok = findings.every((finding) => finding.ok);
  const lines = findings.map(
    ({ part, ok: well, says }) => `${well ? 'ok  ' : 'FAIL'} ${part}: ${says.replaceAll('\n', '\n       ')}`,
  );
  return { text: lines.join('\n'), json: { ok, findings, fence }, exit: ok ? 0 : 1 };
}

async function dataFolder(data: string): Promise<string> {
  await mkdir(data, { recursive: true, mode: 0o711 });
  await access(data, constants.W_OK);
  const { bavail, bsize } = await statfs(data);
  const free = bavail * bsize;
  const words = `${data}, ${(free / 1e9).toFixed(1)} GB free`;
  if (free < LITTLE_ROOM) throw new Error(`${words}: make room, or set COWORK_DATA to a larger disk.`);
  return words;
}

async function database({ config, clock }: CliContext): Promise<string> {
  const opened = await openGround({ config, clock, log: makeLog('silent'), works: false });
  try {
    return `${opened.store.where}, migrated`;
  } finally {
    await opened.close();
  }
}

async function sandboxOf(home: string): Promise<'required' | 'optional'> {
  const { loadHome } = await import('../workflows/load.ts');
  const loaded = await loadHome(home);
  return loaded.ok ? loaded.home.team.sandbox : 'required';
}
