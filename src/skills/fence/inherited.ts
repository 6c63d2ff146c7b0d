import { readdirSync, readFileSync } from 'node:fs';

const CLOSES_ON_EXEC = 0o2000000;

/**
 * Descriptors above 2 that would go on to every program we start: what we open ourselves does not, but whoever started us
 * may have left some open (a supervisor's socket), and Node closes only those without a gap before them.
 */
export function inheritedDescriptors(): number[] {
  try {
    return readdirSync('/proc/self/fd')
      .map(Number)
      .filter((fd) => fd > 2 && goesOn(fd));
  } catch {
    return [];
  }
}

function goesOn(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSES_ON_EXEC) === 0;
  } catch {
    // Closed in between.
    return false;
  }
}

/** The descriptors of a child: `own` as they are, and nothing (`empty`, of `/dev/null`) where one of ours would show. */
export function onlyThese<T>(own: readonly T[], empty: number): (T | number | 'ignore')[] {
  const all: (T | number | 'ignore')[] = [...own];
  for (const fd of inheritedDescriptors()) {
    if (fd < own.length) continue;
    while (all.length < fd) all.push('ignore');
    all[fd] = empty;
  }
  return all;
}
