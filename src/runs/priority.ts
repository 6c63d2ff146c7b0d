import type { Priority } from '../store/outbox.ts';
import type { Severity } from '../values/scalars.ts';

const PRIORITIES = { P1: 1, P2: 2, P3: 3 } as const satisfies Record<Severity, Priority>;

/** How urgently something wrong with a run of this severity is told. */
export const priorityOf = (severity: Severity): Priority => PRIORITIES[severity];
