import type { Viewer } from '#src/http/pages/layout.ts';

/** Fixed facts for the golden pages, with markup and hidden characters where others write. */

export const hash = (digit: string) => `sha256:${digit.repeat(64)}`;
export const LINK = 'Ask for a link: cowork-ops login <person>.';

export const ANA: Viewer = {
  person: 'ana',
  displayName: 'Ana Ruiz',
  roles: ['approver', 'scheduler'],
  csrf: 'csrf-of-ana',
  invitation: LINK,
  choices: [],
};
export const NOBODY: Viewer = { person: null, displayName: null, roles: [], csrf: '', invitation: LINK, choices: [] };
export const VISITOR: Viewer = {
  ...NOBODY,
  invitation: 'Choose whom to act as at the top of the page.',
  choices: [
    { name: 'maya', displayName: 'Maya <Lindt>', roles: ['owner', 'approver'] },
    { name: 'tom', displayName: 'Tom Berg', roles: ['viewer'] },
  ],
};
