import { raiseAlert } from '#src/alerts/raise.ts';
import { type Delivery, startDelivery } from '#src/chat/delivery.ts';
import { slackAdapter } from '#src/chat/slack/deliver/index.ts';
import type { Opened } from '#src/main/open.ts';
import { deliveryOptions } from '#src/main/wiring.ts';
import { registerProcess } from '#src/store/processes.ts';
import { kitOn } from '#test/chat/slack/deliver/kit.ts';
import { type SlackEmulator, startSlack } from '#test/emulators/slack/emulator.ts';
import { atMost, type Figure } from './figure.ts';
import { putInForce, workflowFile, writeHome } from './home.ts';
import { openBenchGround, openPlace } from './place.ts';

const CHANNEL = 'C0BENCH';
const POSTS = 40;
const WAITING = 1000;
/** How long a channel of Slack's takes until a burst of five passes again. */
const REST_MS = 6000;

/**
 * How long messages to one channel take under Slack's rule (one a second, bursts of five), whatever calls are refused for
 * it; and how soon a P1 is there that is raised while a thousand P3 wait for the same channel.
 */
export async function benchSlackDelivery(): Promise<Figure[]> {
  await using place = await openPlace();
  const opened = await openBenchGround(place);
  const { ground } = opened;
  const slack = await startSlack();
  place.owns(() => slack[Symbol.asyncDispose]());
  slack.addChannel({ id: CHANNEL, name: 'bench', members: [] });
  const channels = { 'cowork-ops': [`slack:${CHANNEL}`] };
  await putInForce(ground, await writeHome(`${place.path}/home`, [workflowFile('page')], { channels }));
  const { db, clock, log } = ground;
  const row = await registerProcess({ db, clock, log, roles: ['web'], version: '' });
  place.owns(() => row.leave());
  const chats = [slackAdapter(kitOn(ground, slack))];
  const delivery = startDelivery(deliveryOptions(opened, row.id, 'http://127.0.0.1:3210', chats));
  place.owns(() => delivery.stop({ graceMs: 0 }));
  await delivery.settle();
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  const forty = await posted(opened, slack, delivery);
  const grave = await overtaken(opened, slack);
  if (slack.amiss.length > 0) throw new Error(`Slack held against us: ${slack.amiss.join(' | ')}`);
  return [
    {
      name: `${POSTS} messages to one channel of Slack`,
      ...{ value: forty.seconds, unit: 's', baseline: null, ratio: null },
      target: { ...atMost(forty.seconds, 37, 's'), met: forty.seconds <= 37 && forty.refused === 0 },
      note: `By Slack's rule, one a second after a burst of five, they take 35 s at best. Calls refused for coming too soon: ${forty.refused}.`,
    },
    {
      name: `a P1 in Slack while ${WAITING.toLocaleString('en-US')} P3 wait`,
      ...{ value: grave.ms, unit: 'ms', baseline: null, ratio: null },
      target: atMost(grave.ms, 2000, 'ms'),
      note: `From the commit of the alert to its message, with ${grave.before} of the others there before it.`,
    },
  ];
}

/** Seconds from the first commit until all of them stand in the channel. */
async function posted(
  opened: Opened,
  slack: SlackEmulator,
  delivery: Delivery,
): Promise<{ seconds: number; refused: number }> {
  const before = slack.messages(CHANNEL).length;
  const begun = performance.now();
  await raise(opened, 'P2', POSTS);
  await until(() => slack.messages(CHANNEL).length >= before + POSTS);
  const seconds = (performance.now() - begun) / 1000;
  await delivery.settle();
  return { seconds, refused: slack.calls.filter(({ error }) => error === 'ratelimited').length };
}

/** Milliseconds until a P1 is there that is raised behind all the others. */
async function overtaken(opened: Opened, slack: SlackEmulator): Promise<{ ms: number; before: number }> {
  const there = slack.messages(CHANNEL).length;
  await raise(opened, 'P3', WAITING);
  // Past the burst, with the queue moving at its pace.
  await until(() => slack.messages(CHANNEL).length >= there + 8);
  const begun = performance.now();
  await raise(opened, 'P1', 1);
  const isGrave = () => slack.messages(CHANNEL).findIndex(({ text }) => text.startsWith('[P1]'));
  await until(() => isGrave() >= 0);
  return { ms: performance.now() - begun, before: isGrave() - there };
}

async function raise({ ground }: Opened, severity: 'P1' | 'P2' | 'P3', count: number): Promise<void> {
  await ground.db.transaction().execute(async (tx) => {
    for (let n = 0; n < count; n += 1)
      await raiseAlert(tx, ground.clock.now(), {
        ...{ kind: 'FAIL', key: `${severity}-${n}`, severity, workflow: 'page', skill: 'page-v1' },
        ...{ error_class: 'SkillExit', error_message: `The skill ended with exit code ${n % 100}.` },
      });
  });
}

async function until(so: () => boolean): Promise<void> {
  const end = performance.now() + 120_000;
  while (!so()) {
    if (performance.now() > end) throw new Error('Slack was not told within two minutes');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
