/** A chat that is another company's, so that it can be away, refuse, and know people by ids of its own. */
export type Elsewhere = 'slack' | 'discord';

export const ELSEWHERE: readonly Elsewhere[] = ['slack', 'discord'];

/** As people know them. */
export const PLATFORM_NAMES: Readonly<Record<Elsewhere, string>> = { slack: 'Slack', discord: 'Discord' };

/** The name of a platform that may be none of these. */
export const platformName = (name: string): string | undefined =>
  Object.hasOwn(PLATFORM_NAMES, name) ? PLATFORM_NAMES[name as Elsewhere] : undefined;
