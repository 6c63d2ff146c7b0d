import type { Ground } from '../../ground.ts';
import type { Signals } from '../../store/signals.ts';
import { type ChatAdapter, DeliveryError, type OwnTables } from '../adapter.ts';
import { channelOf, writeEdits, writePosts } from './write.ts';

/** The console as a place like any other: a channel is rows of `console_messages`, followed by `cowork_console`. */
export function consoleAdapter(
  { db, clock }: Pick<Ground, 'db' | 'clock'>,
  signals: Pick<Signals, 'announce'>,
): ChatAdapter & { own: OwnTables } {
  const announce = (place: string) => signals.announce('cowork_console', channelOf(place));
  return {
    platform: 'console',
    pace: { everyMs: 0, burst: 1 },
    idempotent: true,
    async post(post) {
      const [id = ''] = await db.transaction().execute((tx) => writePosts(tx, clock.now(), post.place, [post]));
      announce(post.place);
      return id;
    },
    async edit(place, externalId, view) {
      const [gone] = await db.transaction().execute((tx) => writeEdits(tx, clock.now(), place, [{ externalId, view }]));
      if (gone !== undefined) throw new DeliveryError('gone', `message ${gone} of ${place} is not there any more`);
      announce(place);
    },
    async find(place, token) {
      const row = await db
        .selectFrom('console_messages')
        .select('id')
        .where('channel', '=', channelOf(place))
        .where('token', '=', token)
        .executeTakeFirst();
      return row ? String(row.id) : null;
    },
    own: {
      post: (tx, place, posts) => writePosts(tx, clock.now(), place, posts),
      edit: (tx, place, edits) => writeEdits(tx, clock.now(), place, edits),
      committed: announce,
    },
  };
}
