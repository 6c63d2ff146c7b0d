import type { Elsewhere } from '../../message/platform.ts';

/** One thing that `doctor` tried: what holds, or what does not and what to do. */
export interface Finding {
  /** `slack channels` */
  part: string;
  ok: boolean;
  says: string;
}

/** How one platform's findings are said. */
export const findingsOf = (platform: Elsewhere) => ({
  well: (part: string, says: string): Finding => ({ part: `${platform} ${part}`, ok: true, says }),
  amiss: (part: string, says: string): Finding => ({ part: `${platform} ${part}`, ok: false, says }),
});
