import { z } from 'zod';
import { dataClass, envReference, homePath, localDate, name, skillName } from '../values/scalars.ts';

const runner = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('command'), run: z.array(z.string().min(1)).min(1) }),
  z.strictObject({
    kind: z.literal('claude'),
    model: z.string().min(1),
    max_turns: z.int().positive().optional(),
    max_usd: z.number().positive().optional(),
  }),
  z.strictObject({ kind: z.literal('http'), url: z.url() }),
]);

/** `skills/NAME-vN/spec.yaml`, as home-format fixes it. */
export const skillFile = z.strictObject({
  skill: skillName,
  owner: name,
  task: z.string().min(1),
  action: z.string().min(1),
  result: z.string().min(1),
  signed_off: z.strictObject({ by: name, date: localDate }).optional(),
  runner,
  access: z.strictObject({
    read: z.array(homePath).default([]),
    write: z.array(z.literal('out')).default(['out']),
    network: z.array(z.string().regex(/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/i, 'must be a host name')).default([]),
    connectors: z.array(z.string()).default([]),
    tools: z.array(z.string()).default([]),
    secrets: z
      .record(
        z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a variable such as CRM_TOKEN'),
        envReference,
      )
      .default({}),
  }),
  effects: z.enum(['none', 'external']).default('none'),
  data_class: dataClass.default('internal'),
  schema_version: z.int().positive().default(1),
  accepts: z.record(z.string(), z.array(z.int().positive())).default({}),
  fixtures: homePath.optional(),
  rollback: z.string().min(1),
});

export type SkillSpec = z.infer<typeof skillFile>;

/** The name of a skill without its version. */
export const skillBase = (name: string): string => name.replace(/-v\d+$/, '');
