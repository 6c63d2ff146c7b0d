import { DateTime, IANAZone } from 'luxon';
import { RE2JS } from 're2js';
import { z } from 'zod';

/** Names of people, groups, channels, workflows (home-format): lower case, digits, hyphens, at most 48 characters. */
export const NAME = /^[a-z0-9][a-z0-9-]{0,47}$/;
/** Steps, inputs, checks and deliveries may use `_` besides. */
export const PART_NAME = /^[a-z0-9][a-z0-9_-]{0,47}$/;
/** A skill with its version suffix: `finance-memo-v2`. */
export const SKILL_NAME = /^[a-z0-9][a-z0-9-]{0,47}-v[1-9][0-9]{0,3}$/;
/** Words that stand for a role and can therefore name nobody. */
export const RESERVED_NAMES: readonly string[] = ['owner', 'on-call', 'all'];

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 365 * 86_400_000 } as const;
const DURATION = /^([0-9]{1,9})([smhdwy])$/;

/** Milliseconds of a duration such as `90s`, `5m`, `4h`, `7d`, `1w`, `1y` (365 days); undefined if it is not one. */
export const parseDuration = (text: string): number | undefined => {
  const match = DURATION.exec(text);
  return match ? Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS] : undefined;
};

export const name = z
  .string()
  .regex(NAME, 'must be lower-case letters, digits and hyphens, at most 48, beginning with a letter or digit')
  .refine((value) => !RESERVED_NAMES.includes(value), 'is a reserved word (owner, on-call, all)');

/** Where `owner`, `on-call` and `all` are allowed besides a name. */
export const nameOrRole = z.string().regex(NAME, 'must be the name of a person or group, or owner, on-call, all');

export const partName = z
  .string()
  .regex(PART_NAME, 'must be lower-case letters, digits, hyphens and underscores, at most 48');

export const skillName = z
  .string()
  .regex(SKILL_NAME, 'must be a skill name with its version, for example finance-memo-v2');

const LONGEST_MS = 100 * UNIT_MS.y;

/** A duration as written; use `durationMs` to read it. */
export const duration = z
  .string()
  .refine((text) => (parseDuration(text) ?? 0) > 0, 'must be a duration: a whole number and s, m, h, d, w or y')
  // Sums with dates must stay dates.
  .refine((text) => (parseDuration(text) ?? 0) <= LONGEST_MS, 'must be a duration of at most 100 years');

/** Milliseconds of a text that `duration` accepted. */
export const durationMs = (text: string): number => parseDuration(text) ?? 0;

// `create` remembers its answer; asking Intl anew for each workflow is most of the time of reading a large home.
export const timeZone = z.string().refine((zone) => IANAZone.create(zone).isValid, 'is not a known IANA time zone');

/** A local date `2026-12-24`, with or without a time `T09:00`; its zone is the team's. */
export const localTime = z
  .string()
  .refine(
    (text) => /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?$/.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid,
    'must be a local date or time such as 2026-12-24 or 2026-12-24T09:00',
  );

export const localDate = z
  .string()
  .refine(
    (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid,
    'must be a date such as 2026-12-24',
  );

export const timeOfDay = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/, 'must be a time such as 09:00');

/** RE2 syntax, so that no pattern of a home can stall the product. */
export const pattern = z.string().check((ctx) => {
  try {
    RE2JS.compile(ctx.value);
  } catch (error) {
    ctx.issues.push({
      code: 'custom',
      input: ctx.value,
      message: `is not an RE2 pattern: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
});

/** Variables of the product itself: a home may not hand them to a skill or a header. */
export const PRODUCT_VARIABLES: readonly string[] = [
  'COWORK_HOME',
  'COWORK_DATA',
  'DATABASE_URL',
  'HOST',
  'PORT',
  'PUBLIC_URL',
  'LOG_LEVEL',
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_API_URL',
  'DISCORD_TOKEN',
  'DISCORD_APPLICATION_ID',
  'DISCORD_GUILD_ID',
  'DISCORD_PUBLIC_KEY',
  'DISCORD_API_URL',
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_BASE_URL',
];

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `env:NAME`; the product's own variables are refused. */
export const envReference = z.string().check((ctx) => {
  const variable = ctx.value.startsWith('env:') ? ctx.value.slice(4) : undefined;
  if (variable === undefined || !ENV_NAME.test(variable)) {
    ctx.issues.push({
      code: 'custom',
      input: ctx.value,
      message: 'must be a reference such as env:CRM_TOKEN, never the secret itself',
    });
  } else if (PRODUCT_VARIABLES.includes(variable)) {
    ctx.issues.push({
      code: 'custom',
      input: ctx.value,
      message: `${variable} belongs to the product and cannot be handed on`,
    });
  }
});

/** A header value: text that may hold `${env:NAME}`. */
export const templatedSecret = z.string().check((ctx) => {
  for (const [, variable] of ctx.value.matchAll(/\$\{env:([^}]*)\}/g)) {
    if (!ENV_NAME.test(variable ?? '')) {
      ctx.issues.push({ code: 'custom', input: ctx.value, message: 'holds a malformed ${env:NAME}' });
    } else if (PRODUCT_VARIABLES.includes(variable ?? '')) {
      ctx.issues.push({
        code: 'custom',
        input: ctx.value,
        message: `${variable} belongs to the product and cannot be handed on`,
      });
    }
  }
});

/** A path inside the home: relative, no `..`, no backslash, no control characters. Globs allowed. */
export const homePath = z
  .string()
  .min(1)
  .check((ctx) => {
    const bad =
      ctx.value.startsWith('/') ||
      ctx.value.includes('\\') ||
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
      /[\u0000-\u001f\u007f]/.test(ctx.value) ||
      ctx.value.split('/').includes('..');
    if (bad)
      ctx.issues.push({
        code: 'custom',
        input: ctx.value,
        message: 'must be a path inside its folder: relative, without ..',
      });
  });

export const severity = z.enum(['P1', 'P2', 'P3']);
export const tier = z.enum(['T0', 'T1', 'T2', 'T3']);
export const dataClass = z.enum(['public', 'internal', 'confidential', 'restricted']);
export const role = z.enum(['creator', 'owner', 'scheduler', 'admin', 'approver', 'viewer']);
export type Severity = z.infer<typeof severity>;
export type Tier = z.infer<typeof tier>;
export type DataClass = z.infer<typeof dataClass>;
export type Role = z.infer<typeof role>;
