/** Roles that people hold on a chat platform, asked at the moment when they count and never remembered. */
export interface RoleLookup {
  /**
   * Whether whoever has this id on Discord holds the role there now; somebody who is no member holds none. Throws
   * `unavailable` where nobody can tell.
   */
  holds(discordId: string, role: string): Promise<boolean>;
}
