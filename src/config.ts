import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { invalid } from './errors.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const set = z.string().min(1).optional();
const snowflake = z
  .string()
  .regex(/^\d{5,25}$/, "must be an id of Discord's: digits alone")
  .optional();

const environment = z.object({
  COWORK_HOME: set,
  COWORK_DATA: z.string().min(1).default('.cowork'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres:// or postgresql://')
    .optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.default(3210),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).optional(),
  SLACK_BOT_TOKEN: set,
  SLACK_APP_TOKEN: set,
  SLACK_SIGNING_SECRET: set,
  SLACK_API_URL: z.url().endsWith('/api/', 'must end in /api/').optional(),
  DISCORD_TOKEN: set,
  DISCORD_APPLICATION_ID: snowflake,
  DISCORD_GUILD_ID: snowflake,
  DISCORD_PUBLIC_KEY: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be the 64 hex digits of "Public Key" on the page of the application')
    .optional(),
  DISCORD_API_URL: z.url().endsWith('/api', 'must end in /api').optional(),
});

/** How to reach a Slack workspace. */
export interface SlackConfig {
  botToken: string;
  /** Socket Mode; null in HTTP mode. */
  appToken: string | null;
  /** HTTP mode, at `/slack/events`; null in Socket Mode. Where both are set, Socket Mode is used. */
  signingSecret: string | null;
  /** Ends in `/api/`; null: Slack's own. */
  apiUrl: string | null;
}

/** How to reach a Discord server. */
export interface DiscordConfig {
  botToken: string;
  applicationId: string;
  /** The one server that is served. */
  guildId: string;
  /** HTTP mode, at `/discord/interactions`: 64 hex digits; null where the gateway is used. */
  publicKey: string | null;
  /** Ends in `/api`; null: Discord's own. */
  apiUrl: string | null;
}

export interface Config {
  /** Absolute path of the home, or null: the bundled example is used. */
  home: string | null;
  /** Absolute path of the data folder. */
  data: string;
  databaseUrl: string | null;
  host: string;
  port: number;
  publicUrl: string | null;
  /** Null where nobody said: quiet for commands, warnings for the product. */
  logLevel: string | null;
  /** Null where its variables are not set; a half-set platform is an error. */
  slack: SlackConfig | null;
  discord: DiscordConfig | null;
  /** True when chat requests would arrive over HTTP, so that loopback counts as public. */
  chatOverHttp: boolean;
}

type Environment = Record<string, string | undefined>;

/** Without the empty ones, which count as unset. */
const filled = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '' && value !== undefined));

/** What Discord cannot do without, and where it stands there. */
const DISCORD_NEEDS = {
  DISCORD_TOKEN: 'It is on the page Bot of the application: Reset Token.',
  DISCORD_APPLICATION_ID: 'It is on the page General Information of the application: Application ID.',
  DISCORD_GUILD_ID:
    "In Discord: User Settings, Advanced, Developer Mode on; right-click the server's icon, Copy Server ID.",
} as const;

/** Which variables a platform still lacks, as sentences; none when it is wholly set or wholly unset. */
function halfSet(env: z.infer<typeof environment>): string[] {
  const problems: string[] = [];
  const slackAny = env.SLACK_BOT_TOKEN ?? env.SLACK_APP_TOKEN ?? env.SLACK_SIGNING_SECRET;
  if (slackAny && !env.SLACK_BOT_TOKEN) problems.push('SLACK_BOT_TOKEN is missing: Slack is only half set up');
  if (env.SLACK_BOT_TOKEN && !env.SLACK_APP_TOKEN && !env.SLACK_SIGNING_SECRET) {
    problems.push(
      'SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP mode) is missing: Slack is only half set up',
    );
  }
  const discordAny = env.DISCORD_TOKEN ?? env.DISCORD_APPLICATION_ID ?? env.DISCORD_GUILD_ID ?? env.DISCORD_PUBLIC_KEY;
  for (const [variable, where] of Object.entries(DISCORD_NEEDS)) {
    if (discordAny && !env[variable as keyof typeof DISCORD_NEEDS])
      problems.push(`${variable} is missing: Discord is only half set up. ${where}`);
  }
  return problems;
}

/**
 * The only reader of the environment. `folder` is where relative paths and `.env` are looked up; variables that are set
 * win over `.env`, empty ones count as unset.
 * @throws CoworkError `invalid` naming every bad variable at once.
 */
export function readConfig(env: Environment, folder: string): Config {
  const file = join(folder, '.env');
  const fromFile: Environment = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const merged = { ...filled(fromFile), ...filled(env) };
  const parsed = environment.safeParse(merged);
  const problems = parsed.success
    ? halfSet(parsed.data)
    : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${wording(issue.message)}`);
  if (!parsed.success || problems.length > 0) {
    throw invalid(`The environment cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
  const values = parsed.data;
  return {
    home: values.COWORK_HOME ? resolve(folder, values.COWORK_HOME) : null,
    data: resolve(folder, values.COWORK_DATA),
    databaseUrl: values.DATABASE_URL ?? null,
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.PUBLIC_URL ?? null,
    logLevel: values.LOG_LEVEL ?? null,
    slack: slackOf(values),
    discord: discordOf(values),
    chatOverHttp:
      (values.SLACK_SIGNING_SECRET !== undefined && values.SLACK_APP_TOKEN === undefined) ||
      values.DISCORD_PUBLIC_KEY !== undefined,
  };
}

/** Secrets of skills (`env:NAME`) come from the same two places. */
export function skillEnvironment(env: Environment, folder: string): Environment {
  const file = join(folder, '.env');
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...env };
}

const slackOf = (values: z.infer<typeof environment>): SlackConfig | null =>
  values.SLACK_BOT_TOKEN === undefined
    ? null
    : {
        botToken: values.SLACK_BOT_TOKEN,
        appToken: values.SLACK_APP_TOKEN ?? null,
        signingSecret: values.SLACK_SIGNING_SECRET ?? null,
        apiUrl: values.SLACK_API_URL ?? null,
      };

const discordOf = (values: z.infer<typeof environment>): DiscordConfig | null =>
  values.DISCORD_TOKEN === undefined ||
  values.DISCORD_APPLICATION_ID === undefined ||
  values.DISCORD_GUILD_ID === undefined
    ? null
    : {
        botToken: values.DISCORD_TOKEN,
        applicationId: values.DISCORD_APPLICATION_ID,
        guildId: values.DISCORD_GUILD_ID,
        publicKey: values.DISCORD_PUBLIC_KEY ?? null,
        apiUrl: values.DISCORD_API_URL ?? null,
      };

const wording = (message: string) => (/^Invalid|^Too/.test(message) ? `is not usable: ${message}` : message);
