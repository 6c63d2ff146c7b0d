import { readFileSync } from 'node:fs';
import type { ChatAdapter } from '../chat/adapter.ts';
import { type Delivery, startDelivery } from '../chat/delivery.ts';
import type { OpenDiscord, OpenedDiscord } from '../chat/discord/open.ts';
import type { OpenedSlack, OpenSlack } from '../chat/slack/open.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { CoworkError } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { startWeb, type Web, type WebOptions } from '../http/server.ts';
import type { Logger } from '../log.ts';
import { sweepScratch } from '../runs/sweep-scratch.ts';
import { startTicker } from '../runs/ticker.ts';
import type { FenceReport } from '../skills/fence/layers.ts';
import { clearLeftovers, probeFence } from '../skills/fence/probe.ts';
import { workJobs } from '../store/jobs-work.ts';
import { type RegisteredProcess, registerProcess } from '../store/processes.ts';
import { problemText } from '../workflows/files/problem.ts';
import { keepHome } from '../workflows/keep-home.ts';
import { chooseHome } from './choose-home.ts';
import { reviveDeadJob } from './dead-jobs.ts';
import { type Opened, openGround } from './open.ts';
import { whoHolds } from './owner.ts';
import { Parts } from './parts.ts';
import {
  chatOptions,
  clockPorts,
  deliveryOptions,
  jobHandlers,
  onActivate,
  periodicJobs,
  type Wiring,
  worldOf,
} from './wiring.ts';

export const ROLES = ['web', 'worker', 'clock'] as const;
export type Role = (typeof ROLES)[number];

export interface ProductOptions {
  config: Config;
  /** What `env:NAME` of a home refers to. */
  env: Readonly<Record<string, string | undefined>>;
  roles: readonly Role[];
  clock: Clock;
  log: Logger;
  /** Take this data over from another home. */
  switchHome?: boolean;
  /** What `probeFence` found on this host, for whoever starts products again and again; left out, it is found out. */
  fence?: FenceReport;
  /** The chats to deliver to besides the console; every process with the role `web` has to be given the same. */
  chats?: readonly ChatAdapter[];
}

export interface Product extends Opened {
  web: Web | null;
  /** What empties the outbox; runs beside the web. */
  delivery: Delivery | null;
  /** Where it is set up; runs beside the web. */
  slack: OpenedSlack | null;
  /** Where it is set up; runs beside the web. */
  discord: OpenedDiscord | null;
  /** Absolute path of the home in use. */
  home: string;
  example: boolean;
  fence: FenceReport;
  /** Takes nothing new, lets what runs come to an end for a while, then stops what is left; in reverse order of the start. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

export const version = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

const GRACE_MS = 10_000;
/** How long each part may take to end after a start that failed. */
const FAILED_MS = 10_000;
const TIDY_MS = 10 * 60_000;

/** Starts the roles one part after the other. A part that cannot start ends those before it. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const parts = new Parts(options.log, options.clock);
  try {
    return await build(options, parts);
  } catch (error) {
    // Whatever made the start fail may keep a part from ending as well, and the reason must come out.
    await parts.stop(0, FAILED_MS);
    throw error;
  }
}

async function build(options: ProductOptions, parts: Parts): Promise<Product> {
  const { config, env, roles, clock, log, switchHome = false, chats = [] } = options;
  // Takes a few processes and a third of a second, so it goes on beside the database's start.
  const probe = options.fence ? clearLeftovers().then(() => options.fence as FenceReport) : probeFence();
  probe.catch(() => undefined);
  const opened = await openGround({ config, clock, log, works: roles.includes('worker') });
  parts.add('store', opened, () => opened.close());
  const { ground, store } = opened;
  const home = await chooseHome(ground, config, { switchHome });
  const keeper = await keepHome(ground, home, { env, onActivate });
  parts.add('home', keeper, () => keeper.close());
  const wiring = { ground, signals: store.signals, fence: await probe, env };
  const row = await registerProcess({ db: ground.db, clock, log, roles: [...roles], version: version() });
  parts.add('process row', row, () => row.leave());
  let ready = false;
  const readiness = () => ({ migrated: true, home: keeper.state().snapshot !== null, roles: ready });
  const homeProblems = () => keeper.state().reloadProblems.map(problemText);
  const world = worldOf(opened, { works: roles.includes('worker'), fence: wiring.fence, homeProblems });
  const chat = chatOptions(opened, config, { process: row.id, world });
  const slackConfig = roles.includes('web') ? config.slack : null;
  const slack = slackConfig ? await enterSlack({ ...chat, config: slackConfig }) : null;
  const discordConfig = roles.includes('web') ? config.discord : null;
  const discord = discordConfig ? await enterDiscord({ ...chat, config: discordConfig }) : null;
  const web = roles.includes('web')
    ? await openWeb(
        ground,
        config,
        { row, parts },
        {
          ...{ readiness, homeProblems, fence: wiring.fence, signals: store.signals, world },
          slackEvents: slack?.receive ?? null,
          discordInteractions: discord?.receive ?? null,
        },
      )
    : null;
  if (web) await row.serves(web.url);
  const adapters = [...chats, ...(slack?.adapters ?? []), ...(discord?.adapters ?? [])];
  const delivery = web ? startDelivery(deliveryOptions(opened, row.id, web.url, adapters)) : null;
  if (delivery) parts.add('delivery', delivery, (graceMs) => delivery.stop({ graceMs }));
  if (slack) {
    slack.start();
    parts.add('slack', slack, (graceMs) => slack.stop({ graceMs }));
  }
  if (discord) {
    discord.start();
    parts.add('discord', discord, (graceMs) => discord.stop({ graceMs }));
  }
  await startWork(roles, opened, wiring, row.id, parts);
  ready = true;
  const stop = async ({ graceMs = GRACE_MS } = {}) => {
    ready = false;
    await parts.stop(graceMs);
  };
  const { fence } = wiring;
  return { ...opened, web, delivery, slack, discord, home, example: config.home === null, fence, stop };
}

/** Bolt and what comes with it are megabytes of code, so only for whoever is in Slack. */
async function enterSlack(options: OpenSlack): Promise<OpenedSlack> {
  const { openSlack } = await import('../chat/slack/open.ts');
  return openSlack(options);
}

/** Half a second and fifty megabytes, so only for whoever is in Discord. */
async function enterDiscord(options: OpenDiscord): Promise<OpenedDiscord> {
  const { openDiscord } = await import('../chat/discord/open.ts');
  return openDiscord(options);
}

async function openWeb(
  ground: Ground,
  config: Config,
  { row, parts }: { row: RegisteredProcess; parts: Parts },
  options: Omit<WebOptions, 'exposure'>,
): Promise<Web> {
  try {
    const web = await startWeb(ground, { ...options, exposure: exposureOf(config) });
    return parts.add('web', web, () => web.stop());
  } catch (error) {
    const taken = error instanceof CoworkError && error.code === 'unavailable';
    throw taken ? await whoHolds(ground.db, row.id, config, error) : error;
  }
}

async function startWork(roles: readonly Role[], opened: Opened, wiring: Wiring, process: string, parts: Parts) {
  const { ground, store, engine } = opened;
  const { clock, log } = ground;
  if (roles.includes('worker')) {
    const onDead = (job: Parameters<typeof reviveDeadJob>[1]) => reviveDeadJob(ground, job);
    const worker = await workJobs({ store, engine, process, handlers: jobHandlers(wiring), onDead, clock, log });
    parts.add('worker', worker, (graceMs) => worker.stop({ graceMs }));
    const tidy = () => void sweepScratch(ground).catch((error) => log.warn({ err: error }, 'scratch was not tidied'));
    tidy();
    const timer = setInterval(tidy, TIDY_MS);
    parts.add('tidying', timer, async () => clearInterval(timer));
  }
  if (roles.includes('clock')) {
    const ticker = startTicker(ground, clockPorts(wiring), periodicJobs(ground));
    parts.add('clock', ticker, () => ticker.stop());
  }
}

const exposureOf = (config: Config) => ({
  host: config.host,
  port: config.port,
  publicUrl: config.publicUrl,
  chatOverHttp: config.chatOverHttp,
  chat: config.slack !== null || config.discord !== null,
  example: config.home === null,
});
