import { isAbsolute, resolve } from 'node:path';
import type { World } from '../../commands/command.ts';
import type { Config } from '../config.ts';
import { makeLoginLink } from '../people/sign-in.ts';
import { verifyFolder } from '../reviews/verify.ts';
import { type AuditReport, verifyAudit } from '../store/audit-verify.ts';
import { isGone } from '../store/process-identity.ts';
import type { Printed } from './io.ts';

/** `verify <folder>`: a production folder against the record. Relative to where one stands, else to the home. */
export async function verifyByCli(world: World, folder: string, standing: string): Promise<Printed> {
  const { root } = (await world.homes.active()).home;
  const here = resolve(standing, folder);
  const path = isAbsolute(folder) || here.startsWith(`${root}/`) ? here : folder;
  const found = await verifyFolder(world, path);
  const text = found.ok
    ? `${found.folder} is exactly what was promoted: ${found.files} ${found.files === 1 ? 'file' : 'files'}, ${found.actual_hash}.`
    : [`${found.folder} is not what the record says:`, ...found.problems.map((problem) => `  ${problem}`)].join('\n');
  return { text, json: found, exit: found.ok ? 0 : 1 };
}

/** `audit-verify`: recomputes the chain; `--head` compares with a head noted earlier (the daily digest shows it). */
export async function auditVerifyByCli(world: World, head: string | undefined): Promise<Printed> {
  const report = await verifyAudit(world.db, { head, now: world.clock.now() });
  return { text: auditReportText(report), json: report, exit: report.ok ? 0 : 1 };
}

/** `login <person>`: a one-time link to the console that runs, or would run, at the configured address. */
export async function loginByCli(world: World, config: Config, person: string, operator: string): Promise<Printed> {
  const { token, expires_at } = await makeLoginLink(world, { person, madeBy: 'service', via: 'cli', operator });
  const rows = await world.db
    .selectFrom('processes')
    .selectAll()
    .where('stopped_at', 'is', null)
    .where('url', 'is not', null)
    .orderBy('started_at', 'desc')
    .execute();
  const live = rows.find((row) => !isGone(row, config.databaseUrl === null));
  const base = config.publicUrl ?? live?.url ?? `http://${config.host}:${config.port}/`;
  const url = new URL(`/sign-in?token=${token}`, base).href;
  const running = live ? '' : '\nNo console runs now; start it first: cowork-ops start.';
  return {
    text: `${url}\nFor ${person}; it works once, until ${expires_at.toISOString()}.${running}`,
    json: { person, url, expires_at: expires_at.toISOString() },
    exit: 0,
  };
}

function auditReportText(report: AuditReport): string {
  const waiting = report.waiting > 0 ? `, ${report.waiting} not linked yet` : '';
  const chain = `${report.linked} rows in the chain${waiting}. Head: ${report.head ?? 'none yet'}.`;
  if (report.ok) return `The trail is whole: ${chain}`;
  const more = report.found - report.findings.length;
  return [
    `The trail was tampered with (${report.found} ${report.found === 1 ? 'finding' : 'findings'}): ${chain}`,
    ...report.findings.map(({ message }) => `  ${message}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n');
}
