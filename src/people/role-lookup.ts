/** Roles that people hold on a chat platform: who holds them is asked at the moment when it counts, and never remembered. */
export interface RoleLookup {
  /**
   * Ids of all roles that whoever has this id on Discord holds there now, that of everybody as well; somebody who is no
   * member holds none. To be asked anew for each decision. Throws `unavailable` where nobody can tell soon.
   */
  rolesOf(discordId: string): Promise<ReadonlySet<string>>;
  /** What the role is called, for words alone; null where nobody can tell soon. Never rejects. */
  nameOf(role: string): Promise<string | null>;
}

/** A role as people know it: its name in quotes, or its id where nobody tells the name. */
export async function roleWords(roles: RoleLookup | undefined, role: string): Promise<string> {
  const name = (await roles?.nameOf(role)) ?? null;
  return name === null ? role : `"${name}"`;
}
