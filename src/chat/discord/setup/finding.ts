/** One thing that `doctor` tried: what holds, or what does not and what to do. */
export interface DiscordFinding {
  part: string;
  ok: boolean;
  says: string;
}

export const well = (part: string, says: string): DiscordFinding => ({ part: `discord ${part}`, ok: true, says });
export const amiss = (part: string, says: string): DiscordFinding => ({ part: `discord ${part}`, ok: false, says });
