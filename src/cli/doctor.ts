import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { fenceText } from '../../blocks/status.ts';
import type { Finding } from '../chat/connect/finding.ts';
import { messageOf } from '../errors.ts';
import { makeLog } from '../log.ts';
import { exampleHome } from '../main/example.ts';
import { openGround } from '../main/open.ts';
import type { Team } from '../people/team.ts';
import { groupTrouble } from '../reports/group-trouble.ts';
import { probeFence } from '../skills/fence/probe.ts';
import { checkHome } from '../workflows/check-home.ts';
import type { Home } from '../workflows/home.ts';
import { loadHome } from '../workflows/load.ts';
import { chatWords } from './chat-words.ts';
import type { Printed } from './io.ts';
import type { CliContext } from './world.ts';

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
  const folder = config.home ?? (await exampleHome(config.data));
  const report = await checkHome(folder, { env: context.env });
  const home = report.ok ? await homeIn(folder) : null;
  const team = home?.team ?? null;
  let trouble: string | null = null;
  await examine('database', async () => {
    const found = await database(context, team);
    trouble = found.groupTrouble;
    return `${found.where}, migrated`;
  });
  findings.push({ part: 'home', ok: report.ok, says: report.text });
  const fence = await probeFence();
  const sandbox = team?.sandbox ?? 'required';
  findings.push({
    part: 'fence',
    ok: fence.bubblewrap.holds || sandbox === 'optional',
    says: fenceText(fence, sandbox),
  });
  findings.push({ part: 'chat', ok: true, says: chatWords(config, { slack: null, discord: null }) });
  findings.push(...(await chats(context, home, trouble)));
  const ok = findings.every((finding) => finding.ok);
  const lines = findings.map(
    ({ part, ok: well, says }) => `${well ? 'ok  ' : 'FAIL'} ${part}: ${says.replaceAll('\n', '\n       ')}`,
  );
  return { text: lines.join('\n'), json: { ok, findings, fence }, exit: ok ? 0 : 1 };
}

/** Their libraries are megabytes of code, which no other command needs, and nobody who is not there. */
async function chats(context: CliContext, home: Home | null, groupTrouble: string | null): Promise<Finding[]> {
  const { slack, discord } = context.config;
  const findings: Finding[] = [];
  if (slack !== null) {
    const { doctorSlack } = await import('./doctor-slack.ts');
    findings.push(...(await doctorSlack(context, home?.team ?? null, groupTrouble)));
  }
  if (discord !== null) {
    const { doctorDiscord } = await import('./doctor-discord.ts');
    findings.push(...(await doctorDiscord(context, home)));
  }
  return findings;
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

async function database(
  { config, clock }: CliContext,
  team: Team | null,
): Promise<{ where: string; groupTrouble: string | null }> {
  const opened = await openGround({ config, clock, log: makeLog('silent'), works: false });
  try {
    return {
      where: opened.store.where,
      groupTrouble: team ? await groupTrouble(opened.ground.db, team) : null,
    };
  } finally {
    await opened.close();
  }
}

async function homeIn(folder: string): Promise<Home | null> {
  const loaded = await loadHome(folder);
  return loaded.ok ? loaded.home : null;
}
