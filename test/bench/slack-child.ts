// Slack for the bench, in a process of its own (`side.ts`), so that it takes none of the product's time: people who
// click, and as much of the Web API as a click needs.
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Heard, listenBarely, type Reply } from './ear.ts';
import { inParallel } from './numbers.ts';
import { renamedText } from './renamed.ts';
import type { Said } from './side.ts';
import { Lines } from './slack-lines.ts';
import { BOT, type Clicked, type Round, TEAM } from './slack-words.ts';

interface Prepared {
  request: Buffer;
  answered: Promise<number>;
}

const waiting = new Map<string, (at: number) => void>();
const amiss: string[] = [];

const base = await listenBarely(answer);
process.on('message', (round: Round) => void play(round));
process.on('disconnect', () => process.exit());
process.send?.({ ready: base } satisfies Said);

function answer({ url, body }: Heard): Reply {
  const heard = waiting.get(url);
  if (heard) {
    waiting.delete(url);
    if (!/"response_type":"ephemeral"/.test(body) || !/approved/i.test(body)) amiss.push(`answered with ${body}`);
    heard(performance.now());
    return { type: 'text/plain', body: 'ok' };
  }
  if (url === '/api/auth.test') return json({ ok: true, ...TEAM, ...BOT });
  // Asked once in ten minutes of each person.
  if (url === '/api/users.info') {
    return json({ ok: true, user: { team_id: TEAM.team_id, deleted: false, is_bot: false, is_restricted: false } });
  }
  amiss.push(`nobody knows ${url}`);
  return json({ ok: false, error: 'unknown_method' });
}

const json = (value: object): Reply => ({ type: 'application/json', body: JSON.stringify(value) });

async function play({ door, secret, template, clicks, pace, answers }: Round): Promise<void> {
  // Connections are kept open within a round; between two of them a server might just end one.
  const lines = new Lines(door);
  const prepared = clicks.map((click) => prepare({ door, template, secret, answers }, click));
  const acks: number[] = [];
  const answered: number[] = [];
  const begun = performance.now();
  const one = async (click: Prepared, due: number) => {
    const status = await lines.send(click.request);
    if (status !== 200) amiss.push(`acknowledged with ${status}`);
    acks.push(performance.now() - due);
    if (answers) answered.push((await click.answered) - due);
  };
  if ('atOnce' in pace) await inParallel(prepared, pace.atOnce, (click) => one(click, performance.now()));
  else {
    await Promise.all(
      prepared.map(async (click, index) => {
        const due = begun + (index * 1000) / pace.perSecond;
        await sleep(Math.max(0, due - performance.now()));
        await one(click, due);
      }),
    );
  }
  lines.close();
  const said: Said = { played: { ms: performance.now() - begun, acks, answered, amiss: amiss.splice(0) } };
  process.send?.(said);
}

/** One click as Slack would send it, signed now. */
function prepare(
  { door, template, secret, answers }: Pick<Round, 'door' | 'template' | 'secret' | 'answers'>,
  { names, address }: Clicked,
): Prepared {
  const payload = renamedText(template, names);
  const body = new URLSearchParams({ payload }).toString();
  const time = `${Math.floor(Date.now() / 1000)}`;
  const signature = createHmac('sha256', secret).update(`v0:${time}:${body}`).digest('hex');
  const { host, pathname } = new URL(door);
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${host}`,
    'content-type: application/x-www-form-urlencoded',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-slack-request-timestamp: ${time}`,
    `x-slack-signature: v0=${signature}`,
  ];
  const answered = new Promise<number>((resolve) => answers && waiting.set(address, resolve));
  return { request: Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`), answered };
}
