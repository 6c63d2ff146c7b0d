/** A form that secrets have; where `is` is given, it looks at the first capture group. */
export interface SecretForm {
  kind: string;
  shape: RegExp;
  is?: (value: string) => boolean;
}

/** Shannon entropy of a text in bits per character (Shannon 1948), over its own characters. */
export const entropy = (text: string): number => {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts.values()].reduce((sum, count) => sum - (count / total) * Math.log2(count / total), 0);
};

/** Random keys have both letters and digits and, at 16 characters or more, over 3.3 bits a character; words have less. */
const looksRandom = (value: string): boolean => /\d/.test(value) && /[A-Za-z]/.test(value) && entropy(value) > 3.3;

/** A password in an address is a secret unless it is a placeholder. */
const isRealPassword = (value: string): boolean => !/^(?:\*+|x+|\.+|password|<.*|\$.*|\{.*|%.*)$/i.test(value);

/** Well-known token forms of their issuers, then two general ones: `key = <random>` and `scheme://user:password@host`. */
export const SECRET_FORMS: readonly SecretForm[] = [
  { kind: 'an AWS access key', shape: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/g },
  {
    kind: 'a GitHub token',
    shape: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})/g,
  },
  { kind: 'a GitLab token', shape: /(?<![A-Za-z0-9])gl(?:pat|dt|rt|cbt)-[\w-]{20,255}/g },
  { kind: 'a Slack token', shape: /(?<![A-Za-z0-9])(?:xox[a-z](?:\.xox[a-z])?-[\w-]{10,255}|xapp-\d-[\w-]{10,255})/g },
  { kind: 'a Slack webhook', shape: /hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/]{20,255}/g },
  { kind: 'a Discord webhook', shape: /discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/\d{15,20}\/[\w-]{30,255}/g },
  { kind: 'a Discord token', shape: /(?<![\w-])[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])/g },
  { kind: 'an Anthropic key', shape: /(?<![A-Za-z0-9])sk-ant-[\w-]{16,255}/g },
  {
    kind: 'an OpenAI key',
    shape: /(?<![A-Za-z0-9])sk-(?!ant-)(?:proj-|svcacct-|admin-)?([\w-]{32,255})/g,
    is: looksRandom,
  },
  { kind: 'a Google key', shape: /(?<![\w-])AIza[\w-]{35}(?![\w-])/g },
  { kind: 'a Stripe key', shape: /(?<![A-Za-z0-9])[sr]k_(?:live|test)_[A-Za-z0-9]{16,255}/g },
  { kind: 'an npm token', shape: /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/g },
  { kind: 'a private key', shape: /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g },
  { kind: 'a JSON web token', shape: /(?<![\w-])eyJ[\w-]{8,4096}\.eyJ[\w-]{8,8192}\.[\w-]{8,2048}/g },
  {
    kind: 'a password in an address',
    shape: /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'<>]{1,64}:([^\s:/@"'<>]{3,128})@[A-Za-z0-9]/g,
    is: isRealPassword,
  },
  {
    kind: 'a key or password',
    shape:
      /(?:api[_-]?key|secret|token|passw(?:or)?d|pwd|access[_-]?key|auth[_-]?key|bearer|credential)s?["']?[ \t]{0,4}(?::=|=>|[:= ])[ \t]{0,4}["']?([A-Za-z0-9+/_.~-]{16,255})={0,2}/gi,
    is: looksRandom,
  },
];
