import { DateTime } from 'luxon';
import type { AuditStory, StoryLine } from '../src/reports/audit-story.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { personText, type Reader } from './time.ts';
import { counted, hashText } from './words.ts';

/** What happened, in order: who, when, what; then what it read, wrote and called. */
export function auditText({ run_id, record, story }: AuditStory, reader: Reader): string {
  const days = new Map<string, string[]>();
  for (const line of story) {
    const day = local(line.at, reader).toFormat('ccc d LLL yyyy');
    days.set(day, [...(days.get(day) ?? []), lineText(line, reader)]);
  }
  const told = [...days].flatMap(([day, lines]) => [`${day} (${reader.zone})`, ...lines]);
  return [`${run_id}: ${record.status ?? 'not ended'}`, ...told, ...recordLines(record)].join('\n');
}

function lineText(line: StoryLine, reader: Reader): string {
  const who = line.actor === 'service' ? '' : `${personText(line.actor, reader)} `;
  const through =
    line.actor === 'service' ? '' : ` [${line.via}${line.operator ? `, ${oneLine(line.operator, 40)}` : ''}]`;
  return `  ${local(line.at, reader).toFormat('HH:mm:ss')}  ${who}${line.sentence}${through}`;
}

function recordLines(record: AuditStory['record']): string[] {
  const { paths_read, outputs, connectors, validation, output_hash, promoted_to, approvals } = record;
  const calls = connectors.map(({ name, calls: times }) => `${oneLine(name, 60)} ${times}`).join(', ');
  return [
    `Read: ${paths_read.map((path) => oneLine(path)).join(', ') || 'nothing'}`,
    `Wrote: ${outputs.map(({ path }) => oneLine(path)).join(', ') || 'nothing'}${output_hash ? ` (${hashText(output_hash)})` : ''}`,
    `Connectors: ${calls || 'none called'}`,
    `Checks: ${validation && validation.pass + validation.warn + validation.fail > 0 ? validation.result : 'none ran'} · ${counted(approvals.length, 'approval')} · ${promoted_to ? `in ${promoted_to}` : 'not in production'}`,
  ];
}

const local = (at: string, { zone }: Reader) => DateTime.fromISO(at, { zone }).setLocale('en-GB');
