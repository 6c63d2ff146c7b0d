import { z } from 'zod';
import {
  duration,
  envReference,
  localDate,
  localTime,
  name,
  nameOrRole,
  role,
  timeOfDay,
  timeZone,
} from '../values/scalars.ts';

/** `slack:C…` or `discord:…`: one concrete channel of a platform. */
const place = z
  .string()
  .regex(
    /^(slack:[A-Z0-9]{3,}|discord:[0-9]{5,25})$/,
    'must be a place such as slack:C0COWORKOPS or discord:1100000000000000001',
  );

const person = z.strictObject({
  name: z.string().min(1).max(100),
  email: z.email(),
  slack: z
    .string()
    .regex(/^[UW][A-Z0-9]{2,}$/, 'must be a Slack member id such as U024BE7LH')
    .optional(),
  discord: z
    .string()
    .regex(/^[0-9]{5,25}$/, 'must be a Discord user id, in quotes')
    .optional(),
  roles: z.array(role).min(1),
});

const cron = z.string().min(1);
const digest = z.strictObject({ cron, channel: name.optional() });
const money = z.number().nonnegative();

const alertRule = z.strictObject({
  channel: name.optional(),
  mention: z.array(nameOrRole).default([]),
  escalate: z.array(z.strictObject({ after: duration, to: z.array(nameOrRole).min(1) })).default([]),
  batch: duration.optional(),
});

const modelPrice = z.strictObject({
  from: localDate,
  input: money,
  output: money,
  cache_read: money.default(0),
  cache_write: money.default(0),
});

/** `cowork.yaml`, as home-format fixes it. Money is in `rates.currency`; model prices are per million tokens. */
export const teamFile = z.strictObject({
  team: z.string().min(1).max(200),
  timezone: timeZone,
  default_role: z.union([role, z.literal('none')]).default('none'),
  // `service` is what the trail calls the product itself.
  people: z.record(
    name.refine((key) => key !== 'service', 'is what the product calls itself; choose another name'),
    person,
  ),
  groups: z.record(name, z.array(name)).default({}),
  channels: z.record(name, z.array(place)).default({}),
  alerts: z
    .strictObject({
      P1: alertRule.optional(),
      P2: alertRule.optional(),
      P3: alertRule.optional(),
      fallback: z.array(place).default([]),
      heartbeat_url: envReference.optional(),
    })
    .default({ fallback: [] }),
  on_call: z
    .strictObject({
      rota: z.array(name).min(1),
      starts: localTime,
      shift: duration,
      slack_group: z.string().optional(),
      overrides: z.array(z.strictObject({ from: localTime, to: localTime, who: name })).default([]),
    })
    .optional(),
  digests: z
    .strictObject({
      daily: digest.optional(),
      weekly: digest.optional(),
      monthly: digest.optional(),
      drill: digest.optional(),
    })
    .default({}),
  reviews: z
    .strictObject({
      channel: name.optional(),
      ops_lead: name.optional(),
      sla: z
        .strictObject({ P1: duration.default('4h'), P2: duration.default('24h'), P3: duration.default('72h') })
        .default({ P1: '4h', P2: '24h', P3: '72h' }),
    })
    .default({ sla: { P1: '4h', P2: '24h', P3: '72h' } }),
  business_hours: z
    .strictObject({
      days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
      from: timeOfDay,
      to: timeOfDay,
      holidays: z.array(localDate).default([]),
    })
    .optional(),
  maintenance: z
    .array(
      z.strictObject({
        from: localTime,
        to: localTime,
        workflows: z.array(nameOrRole).optional(),
        hold: z.enum(['runs', 'alerts']),
      }),
    )
    .default([]),
  rates: z
    .strictObject({
      currency: z.string().regex(/^[A-Z]{3}$/, 'must be a currency code such as EUR'),
      loaded_per_hour: money.optional(),
      infra_per_month: money.default(0),
      overhead_hours_per_month: money.default(0),
      models: z.record(z.string(), z.array(modelPrice)).default({}),
    })
    .optional(),
  retention: z
    .strictObject({
      runs: duration.default('90d'),
      approvals: duration.default('1y'),
      staging: duration.default('30d'),
      raw: duration.default('7d'),
    })
    .default({ runs: '90d', approvals: '1y', staging: '30d', raw: '7d' }),
  sandbox: z.enum(['required', 'optional']).default('required'),
});

/** The team as parsed, defaults filled in. */
export type Team = z.infer<typeof teamFile>;
export type Person = Team['people'][string];
