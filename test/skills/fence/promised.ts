import { expect } from 'vitest';
import type { FenceReport } from '#src/skills/fence/layers.ts';

/**
 * Whether bubblewrap works here. Where the machine promises it (COWORK_TEST_FENCE=required) it must; elsewhere a test
 * goes on with what a host without it has to do instead.
 */
export function fenced(report: FenceReport): boolean {
  if (process.env.COWORK_TEST_FENCE === 'required') expect(report.bubblewrap).toMatchObject({ holds: true });
  return report.bubblewrap.holds;
}
