/** What is taken for a bot token most often, by its looks; the first that fits. */
const KINDS: readonly { looks: RegExp; called: string }[] = [
  { looks: /^(Bot|Bearer)\s/i, called: 'a token with a word before it' },
  { looks: /^mfa\./, called: 'the token of a person, with which no bot may log in' },
  { looks: /^https:\/\/(\w+\.)?discord(app)?\.com\/api\/webhooks\//, called: 'the address of a webhook' },
  { looks: /^\d{15,25}$/, called: 'an id, such as that of the application' },
  { looks: /^[0-9a-f]{64}$/i, called: 'a public key, which belongs into DISCORD_PUBLIC_KEY' },
  { looks: /^[\w-]{32}$/, called: 'a client secret of the page OAuth2' },
];

/** Three parts with points between them; how long each is changes now and then. */
const BOT_TOKEN = /^[\w-]{18,40}\.[\w-]{4,10}\.[\w-]{20,}$/;

const WHERE = 'Copy the token from the page Bot of the application (Reset Token shows it, once).';

/** Why this cannot be a bot's token, by its looks and without showing it; null where it can. */
export function tokenProblem(token: string): string | null {
  const kind = KINDS.find(({ looks }) => looks.test(token));
  if (kind)
    return `DISCORD_TOKEN holds ${kind.called}. ${/^(Bot|Bearer)\s/i.test(token) ? 'Take the word away.' : WHERE}`;
  if (BOT_TOKEN.test(token)) return null;
  return `DISCORD_TOKEN does not look like a bot's token, which has three parts with points between them. ${WHERE}`;
}

/** The id of the account that a token of the right looks is for; Discord writes it into the first part. Null: not to be read. */
export function accountOf(token: string): string | null {
  const id = Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('latin1');
  return /^\d{15,25}$/.test(id) ? id : null;
}
