import { sql } from 'kysely';
import { drawNotice } from '#blocks/index.ts';
import { plan, type Said } from '#src/chat/plan.ts';
import type { Ground } from '#src/ground.ts';
import { type Notice, subjectOf } from '#src/store/outbox.ts';
import { type FakePlatform, textOf } from '#test/chat/delivery/platform.ts';

const CONSOLE = { 'cowork-ops': 'console:cowork-ops', reviews: 'console:reviews' } as const;
const CHAT = { 'cowork-ops': 'slack:C0OPS', reviews: 'slack:C0REVIEWS' } as const;
type Channel = keyof typeof CONSOLE;

/**
 * What must hold of messages once everything has come to rest: every fact that people are told of is told at each of its
 * places by one message, which shows the fact as it is now; nothing is there that the record does not know.
 */
export async function messageViolations(ground: Ground, chat: FakePlatform): Promise<string[]> {
  const found = [...chat.amiss];
  const { rows } = await sql<{ notice: Notice; channel: Channel }>`
    select jsonb_build_object('kind', 'alert', 'alert_id', id) as notice, 'cowork-ops' as channel from alerts
      where kind <> 'UNREACHABLE'
    union all select jsonb_build_object('kind', 'review', 'review_id', id), 'reviews' from reviews
    union all select jsonb_build_object('kind', 'pause', 'pause_id', id), 'cowork-ops' from pauses
    union all select jsonb_build_object('kind', 'digest', 'digest_id', id), 'cowork-ops' from digests
    union all select jsonb_build_object('kind', 'run', 'run_id', run_id), 'reviews' from promotions
      join runs on runs.id = run_id where runs.tier = 'T1' and promotions.review_id is null
      and (promotions.state in ('placed', 'undone', 'blocked') or promotions.state = 'revoked' and exists (
        select 1 from messages where subject = 'run:' || run_id and thread = ''))`.execute(ground.db);
  for (const { notice, channel } of rows)
    for (const place of [CONSOLE[channel], CHAT[channel]]) found.push(...(await untold(ground, chat, notice, place)));
  const { rows: feedback } = await sql<{ notice: Notice }>`
    select jsonb_build_object('kind', 'feedback', 'feedback_id', id) as notice from feedback`.execute(ground.db);
  for (const { notice } of feedback) found.push(...(await untold(ground, chat, notice, 'console:@maya')));
  found.push(...(await strays(ground)), ...(await chatStrays(ground, chat)));
  return found;
}

/** Whether a place shows a fact, and as it is now. */
async function untold(ground: Ground, chat: FakePlatform, notice: Notice, place: string): Promise<string[]> {
  const subject = subjectOf(notice);
  const messages = await ground.db
    .selectFrom('messages')
    .select(['thread', 'state', 'external_id', 'view_hash'])
    .where('place', '=', place)
    .where('subject', '=', subject)
    .execute();
  const said: Said = new Map(messages.map((message) => [message.thread, message]));
  const id = said.get('')?.external_id ?? '';
  if (said.get('')?.state !== 'posted') return [`${subject} was not told at ${place}`];
  const drawing = await drawNotice(ground, notice, {});
  if (!drawing) return [`${subject} is told at ${place} and has nothing to tell`];
  const left = plan(drawing, said).map((step) => step.do);
  const now = textOf(drawing.view);
  const shown = place.startsWith('console:') ? await consoleText(ground, id) : (chat.messages.get(id)?.text ?? '');
  // An alert and a pause name the next slot, which goes on while nothing is told: how it stands and its buttons count.
  const same = HAS_NEXT.has(notice.kind) ? outline(shown) === outline(now) : shown === now && !left.includes('edit');
  return [
    ...(same ? [] : [`${subject} at ${place} is not as it is now: ${shown}\n    now: ${now}`]),
    ...left.filter((step) => step !== 'edit').map((step) => `${subject} at ${place} lacks a ${step}`),
  ];
}

const HAS_NEXT: ReadonlySet<Notice['kind']> = new Set(['alert', 'pause']);

const outline = (text: string): string => [text.split('\n')[0], text.split('\n').at(-1)].join('\n');

async function consoleText({ db }: Ground, id: string): Promise<string> {
  const row = await db.selectFrom('console_messages').select('view').where('id', '=', Number(id)).executeTakeFirst();
  return row ? textOf(row.view) : '';
}

/** Rows that contradict each other: a console message that no record knows, a post whose end nobody found out. */
async function strays({ db }: Ground): Promise<string[]> {
  const { rows } = await sql<{ what: string }>`
    select 'message ' || c.id || ' of ' || c.channel || ' is known to no record' as what from console_messages c
      where not exists (select 1 from messages m where m.place = 'console:' || c.channel
                        and m.external_id = c.id::text and m.state = 'posted')
    union all select subject || ' at ' || place || ' rests at ' || state from messages where state = 'posting'
    union all select place || ' is held by ' || holder from places
      where holder is not null and not exists (
        select 1 from processes where processes.id = places.holder and stopped_at is null)`.execute(db);
  return rows.map(({ what }) => what);
}

/** Every message of the chat is one of the record, at its place, and the other way round. */
async function chatStrays({ db }: Ground, chat: FakePlatform): Promise<string[]> {
  const rows = await db.selectFrom('messages').selectAll().where('place', 'like', 'slack:%').execute();
  const known = new Map(rows.map((row) => [row.external_id, row]));
  const found: string[] = [];
  for (const { id, place, text } of chat.messages.values())
    if (known.get(id)?.place !== place) found.push(`message ${id} at ${place} is known to no record: ${text}`);
  for (const { external_id, place, subject, state } of rows)
    if (state === 'posted' && !chat.messages.has(external_id ?? ''))
      found.push(`${subject} is recorded at ${place} and not there`);
  return found;
}
