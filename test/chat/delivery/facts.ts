import type { Draw } from '#src/chat/drawing.ts';
import { plainView } from '#src/message/view.ts';
import { teamFile } from '#src/people/team.ts';
import type { Db } from '#src/store/db.ts';
import type { Home } from '#src/workflows/home.ts';

export const OPS = 'slack:C0OPS';
export const SPARE = 'slack:C0SPARE';

/** A team whose alerts go to one Slack channel, with another to fall back on. */
export const homeOf = (root: string, over: Record<string, unknown> = {}): Home => ({
  hash: `sha256:${'0'.repeat(64)}`,
  root,
  team: teamFile.parse({
    team: 'Acme',
    timezone: 'Europe/Berlin',
    people: { maya: { name: 'Maya Lindt', email: 'maya@acme.example', roles: ['owner'] } },
    channels: { 'cowork-ops': [OPS] },
    alerts: { fallback: [SPARE] },
    ...over,
  }),
  workflows: {},
  skills: {},
});

/** The alert as it is now, in one line, with a line below it for its end and, as a list would be, one from the start. */
export const drawFact =
  (db: Db): Draw =>
  async (notice) => {
    if (notice.kind === 'digest') return { view: plainView('info', [`digest ${notice.digest_id}`]), thread: [] };
    if (notice.kind === 'welcome') return { view: plainView('info', [`welcome to ${notice.place}`]), thread: [] };
    if (notice.kind !== 'alert') return null;
    const alert = await db.selectFrom('alerts').selectAll().where('id', '=', notice.alert_id).executeTakeFirst();
    if (!alert) return null;
    const ended = alert.ended_reason ? [{ key: 'ended', view: plainView('ok', [alert.ended_reason]) }] : [];
    const listed =
      alert.partial.length > 0 ? [{ key: 'list', view: plainView('info', alert.partial), detail: true }] : [];
    return { view: plainView('fail', [`${alert.key} ${alert.state} ${alert.count}`]), thread: [...listed, ...ended] };
  };
