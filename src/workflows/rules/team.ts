import type { Team } from '../../people/team.ts';
import { parseCron } from '../cron.ts';
import { quoted } from '../files/wording.ts';
import type { Draft } from './draft.ts';
import type { Findings } from './findings.ts';
import { type Known, wantChannel, wantPeople, wantPerson } from './names.ts';

/** The rules of cowork.yaml that no single key shows: names that must exist, one namespace, one identity per person. */
export function checkTeam(team: Draft<Team>, known: Known, findings: Findings): void {
  checkNamespace(team, known, findings);
  checkIdentities(team, findings);
  checkAlerts(team, known, findings);
  checkRota(team, known, findings);
  checkTimes(team, known, findings);
  const { reviews } = team.parts;
  wantChannel(known, findings, team.yaml, ['reviews', 'channel'], reviews?.channel);
  wantPerson(known, findings, team.yaml, ['reviews', 'ops_lead'], reviews?.ops_lead);
}

function checkNamespace({ yaml, parts }: Draft<Team>, known: Known, findings: Findings): void {
  for (const group of known.groups ?? []) {
    if (known.people?.has(group))
      findings.problem(
        yaml,
        ['groups', group],
        `${quoted(group)} is a person already; people and groups share one namespace`,
        'key',
      );
    for (const [index, member] of (parts.groups?.[group] ?? []).entries())
      wantPerson(known, findings, yaml, ['groups', group, index], member);
  }
  if (known.people?.size === 0) findings.problem(yaml, ['people'], 'people must name at least one person');
}

// Two people with one Slack id would be one pair of hands with two votes.
function checkIdentities({ yaml, parts }: Draft<Team>, findings: Findings): void {
  for (const key of ['email', 'slack', 'discord'] as const) {
    const owners = new Map<string, string>();
    for (const [name, person] of Object.entries(parts.people ?? {})) {
      const id = person?.[key]?.toLowerCase();
      const other = id === undefined ? undefined : owners.get(id);
      if (other !== undefined)
        findings.problem(
          yaml,
          ['people', name, key],
          `people.${name}.${key} is the same as that of ${other}; each person has their own`,
        );
      else if (id !== undefined) owners.set(id, name);
    }
  }
}

function checkAlerts({ yaml, parts }: Draft<Team>, known: Known, findings: Findings): void {
  for (const level of ['P1', 'P2', 'P3'] as const) {
    const rule = parts.alerts?.[level];
    if (!rule) continue;
    wantChannel(known, findings, yaml, ['alerts', level, 'channel'], rule.channel);
    wantPeople(known, findings, yaml, ['alerts', level, 'mention'], rule.mention ?? []);
    for (const [index, step] of (rule.escalate ?? []).entries())
      wantPeople(known, findings, yaml, ['alerts', level, 'escalate', index, 'to'], step?.to ?? []);
  }
}

function checkRota({ yaml, parts }: Draft<Team>, known: Known, findings: Findings): void {
  for (const [index, name] of (parts.on_call?.rota ?? []).entries())
    wantPerson(known, findings, yaml, ['on_call', 'rota', index], name);
  for (const [index, override] of (parts.on_call?.overrides ?? []).entries()) {
    const { from, to, who } = override ?? {};
    const path = ['on_call', 'overrides', index];
    wantPerson(known, findings, yaml, [...path, 'who'], who);
    if (from !== undefined && to !== undefined && instant(from) >= instant(to))
      findings.problem(
        yaml,
        [...path, 'to'],
        `to must be after from (${from}), since the day or time named by to is no part of it`,
      );
  }
}

function checkTimes({ yaml, parts }: Draft<Team>, known: Known, findings: Findings): void {
  for (const kind of ['daily', 'weekly', 'monthly', 'drill'] as const) {
    const digest = parts.digests?.[kind];
    if (!digest) continue;
    wantChannel(known, findings, yaml, ['digests', kind, 'channel'], digest.channel);
    if (digest.cron === undefined) continue;
    const cron = parseCron(digest.cron);
    if (!cron.ok) findings.problem(yaml, ['digests', kind, 'cron'], `digests.${kind}.cron ${cron.problem}`);
  }
  for (const [index, window] of (parts.maintenance ?? []).entries()) {
    const { from, to, workflows } = window ?? {};
    if (from !== undefined && to !== undefined && instant(from) >= instant(to))
      findings.problem(yaml, ['maintenance', index, 'to'], `to must be after from (${from})`);
    for (const [at, workflow] of (workflows ?? []).entries())
      if (workflow !== undefined && workflow !== 'all' && !known.workflows.has(workflow))
        findings.dangling(yaml, ['maintenance', index, 'workflows', at], workflow, 'workflow', 'allowed', [
          'all',
          ...known.workflows,
        ]);
  }
  const { from: opens, to: closes } = parts.business_hours ?? {};
  if (opens !== undefined && closes !== undefined && opens >= closes)
    findings.problem(yaml, ['business_hours', 'to'], `business_hours.to must be later than from (${opens})`);
}

// Local times of one zone compare as text once a bare day has its first minute.
const instant = (local: string): string => (local.includes('T') ? local : `${local}T00:00`);
