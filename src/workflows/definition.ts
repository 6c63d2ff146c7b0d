import { z } from 'zod';
import {
  dataClass,
  duration,
  homePath,
  name,
  nameOrRole,
  partName,
  pattern,
  severity,
  skillName,
  templatedSecret,
  tier,
  timeZone,
} from '../values/scalars.ts';

/** One entry of `inputs`. */
export const input = z.union([
  z.strictObject({
    file: homePath,
    required: z.boolean().default(true),
    max_age: duration.optional(),
    pick: z.enum(['newest', 'all']).default('newest'),
  }),
  z.strictObject({ workflow: name, file: homePath, required: z.boolean().default(true), max_age: duration.optional() }),
  z.strictObject({
    http: z.url({ protocol: /^https?$/ }),
    required: z.boolean().default(true),
    headers: z.record(z.string(), templatedSecret).default({}),
    max_age: duration.optional(),
  }),
  z.strictObject({ text: z.literal(true), default: z.string().optional(), required: z.boolean().default(true) }),
]);

/** One entry of `steps`. */
export const step = z.strictObject({
  id: partName,
  skill: skillName,
  needs: z.array(partName).default([]),
  timeout: duration.optional(),
  approve: z.literal('before').optional(),
});

/** Where a number is read: a CSV column (summed) or a JSON pointer. */
const place = { column: z.string().min(1).optional(), pointer: z.string().optional() };
const tolerance = z.union([
  z.number().nonnegative(),
  z.string().regex(/^\d+(\.\d+)?%?$/, 'must be a number or a percentage'),
]);
const base = { name: partName, level: z.enum(['fail', 'warn']).default('fail') };
const files = z.array(homePath).min(1);

export const checkKinds = z.discriminatedUnion('kind', [
  z.strictObject({ ...base, kind: z.literal('required_files'), files }),
  z.strictObject({ ...base, kind: z.literal('json_schema'), file: homePath, schema: homePath }),
  z.strictObject({
    ...base,
    kind: z.literal('row_count'),
    file: homePath,
    min: z.int().nonnegative().optional(),
    max: z.int().nonnegative().optional(),
  }),
  z.strictObject({ ...base, kind: z.literal('row_count_delta'), file: homePath, max: z.number().nonnegative() }),
  z.strictObject({
    ...base,
    kind: z.literal('sum_matches'),
    file: homePath,
    ...place,
    source: z.strictObject({ input: partName.optional(), file: homePath.optional(), ...place }),
    tolerance: tolerance.default(0),
  }),
  z.strictObject({
    ...base,
    kind: z.literal('column'),
    file: homePath,
    column: z.string().min(1),
    not_null: z.boolean().optional(),
    unique: z.boolean().optional(),
    min: z.union([z.number(), z.string()]).optional(),
    max: z.union([z.number(), z.string()]).optional(),
    pattern: pattern.optional(),
    in: z.array(z.union([z.string(), z.number()])).optional(),
  }),
  z.strictObject({ ...base, kind: z.literal('fresh'), file: homePath, ...place, max_age: duration }),
  z.strictObject({
    ...base,
    kind: z.literal('numbers_agree'),
    file: homePath,
    pattern,
    source: z.strictObject({ file: homePath, pointer: z.string() }),
    tolerance: tolerance.default(0),
  }),
  z.strictObject({ ...base, kind: z.literal('banned_patterns'), files, patterns: z.array(pattern).min(1) }),
  z.strictObject({ ...base, kind: z.literal('no_pii'), files, allow: z.array(pattern).default([]) }),
  z.strictObject({ ...base, kind: z.literal('no_secrets'), files }),
  z.strictObject({ ...base, kind: z.literal('completeness'), file: homePath }),
  z.strictObject({ ...base, kind: z.literal('command'), run: z.array(z.string().min(1)).min(1) }),
]);

const schedule = z.strictObject({
  cron: z.string(),
  timezone: timeZone.optional(),
  catch_up: z.enum(['skip', 'latest', 'all']).default('latest'),
  overlap: z.enum(['skip', 'queue', 'cancel_previous']).default('skip'),
  first: z.enum(['wait', 'on_start']).default('wait'),
});

const minutes = z.number().nonnegative();

/** `workflows/NAME.yaml`, as home-format fixes it; cross-references are checked by the loader. */
export const workflowFile = z.strictObject({
  workflow: name,
  title: z.string().min(1).max(200),
  outcome: z.string().min(1),
  owner: name,
  severity: severity.default('P2'),
  tier: tier.default('T2'),
  data_class: dataClass.default('internal'),
  schedule: schedule.optional(),
  timeout: duration.default('30m'),
  retries: z
    .strictObject({ attempts: z.int().min(1).max(20).default(1), backoff: duration.default('30s') })
    .default({ attempts: 1, backoff: '30s' }),
  baseline: z.strictObject({ manual_mins: minutes, review_mins: minutes.default(0) }).optional(),
  budget: z
    .strictObject({ tokens_per_week: z.int().positive().optional(), tokens_per_run: z.int().positive().optional() })
    .optional(),
  deadline: duration.optional(),
  inputs: z.record(partName, input).default({}),
  on_missing_required: z.enum(['fail', 'partial']).default('fail'),
  steps: z.array(step).min(1),
  outputs: z.array(z.strictObject({ step: partName, files })).optional(),
  checks: z.array(checkKinds).default([]),
  review: z.strictObject({
    confidence_below: z.number().min(0).max(1).optional(),
    keywords: z.array(z.string().min(1)).default([]),
    approvers: z.array(nameOrRole),
    discord_role: z
      .string()
      .regex(/^[0-9]{5,25}$/, 'must be a Discord role id, in quotes')
      .optional(),
    brief: z.array(z.string().min(1)).default([]),
  }),
  limits: z
    .strictObject({
      files: z.int().positive().default(10_000),
      bytes: z.int().positive().default(1_073_741_824),
      log_bytes: z.int().positive().default(10_485_760),
      memory_bytes: z.int().positive().default(1_073_741_824),
      processes: z.int().positive().default(128),
    })
    .default({
      files: 10_000,
      bytes: 1_073_741_824,
      log_bytes: 10_485_760,
      memory_bytes: 1_073_741_824,
      processes: 128,
    }),
  deliver: z.array(z.strictObject({ id: partName, skill: skillName })).default([]),
  production: homePath.optional(),
  channels: z.strictObject({ alerts: name.optional(), reviews: name.optional() }).default({}),
  reported: z.strictObject({ may_deliver: z.boolean() }).optional(),
});

export type WorkflowSpec = z.infer<typeof workflowFile>;
export type CheckSpec = z.infer<typeof checkKinds>;
export type InputSpec = z.infer<typeof input>;
export type StepSpec = z.infer<typeof step>;
export type ScheduleSpec = z.infer<typeof schedule>;
