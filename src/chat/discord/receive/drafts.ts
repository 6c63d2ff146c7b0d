import type { Ground } from '../../../ground.ts';

type Store = Pick<Ground, 'db' | 'clock'>;

/** As long as Discord lets the private answer be edited that offers to correct it. */
const KEPT_MS = 15 * 60_000;

/** Whose draft it is, and of which act's form: what the button carried. */
export interface DraftKey {
  sender: string;
  code: string;
}

/** Keeps what somebody typed into a form that came to nothing; one draft for each act, the latest. */
export async function keepDraft(
  { db, clock }: Store,
  { sender, code }: DraftKey,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const drafted_at = clock.now();
  const kept = { values: JSON.stringify(values), drafted_at };
  await db
    .insertInto('chat_drafts')
    .values({ platform: 'discord', sender, code, ...kept })
    .onConflict((conflict) => conflict.columns(['platform', 'sender', 'code']).doUpdateSet(kept))
    .execute();
}

/** What this person typed last; null where nothing was, or it is too long ago. */
export async function draftOf(
  { db, clock }: Store,
  { sender, code }: DraftKey,
): Promise<Record<string, string> | null> {
  const row = await db
    .selectFrom('chat_drafts')
    .select('values')
    .where('platform', '=', 'discord')
    .where('sender', '=', sender)
    .where('code', '=', code)
    .where('drafted_at', '>', new Date(clock.now().getTime() - KEPT_MS))
    .executeTakeFirst();
  return row?.values ?? null;
}

/** Once the act came to its end nobody corrects anything any more. */
export async function forgetDraft({ db }: Pick<Ground, 'db'>, { sender, code }: DraftKey): Promise<void> {
  await db
    .deleteFrom('chat_drafts')
    .where('platform', '=', 'discord')
    .where('sender', '=', sender)
    .where('code', '=', code)
    .execute();
}

/** Forgets what nobody came back to; also where Discord was switched off since. */
export async function pruneDrafts({ db, clock }: Store): Promise<void> {
  await db
    .deleteFrom('chat_drafts')
    .where('drafted_at', '<=', new Date(clock.now().getTime() - KEPT_MS))
    .execute();
}
