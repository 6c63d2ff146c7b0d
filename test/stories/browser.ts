import { request } from 'node:http';

export interface Page {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A browser as a server sees it: it keeps cookies and sends forms with the origin of the page. */
export class Browser {
  readonly #base: URL;
  readonly cookies = new Map<string, string>();

  constructor(base: string) {
    this.#base = new URL(base);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.#send('GET', path, headers);
  }

  /** Posts fields as a form of one of the server's own pages would; `headers` may say otherwise. */
  post(path: string, fields: Record<string, string>, headers: Record<string, string | undefined> = {}): Promise<Page> {
    const own = {
      origin: this.#base.origin,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    };
    const set = Object.entries(own).filter((pair): pair is [string, string] => pair[1] !== undefined);
    return this.#send('POST', path, Object.fromEntries(set), new URLSearchParams(fields).toString());
  }

  /** Fills in the form with this action on a page, hidden fields as they stand there, and sends it. */
  async submit(page: string, action: string, fields: Record<string, string> = {}): Promise<Page> {
    const { text } = await this.get(page);
    return this.post(action, { ...hiddenFields(text, action), ...fields });
  }

  #send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = {
      ...(cookie ? { cookie } : {}),
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      ...headers,
    };
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.#base;
      const asked = request({ hostname, port, method, path, headers: sent, agent: false }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          this.#keep(answer.headers['set-cookie'] ?? []);
          const text = Buffer.concat(parts).toString('utf8');
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
        });
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  #keep(cookies: string[]): void {
    for (const cookie of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

/** The hidden fields of the form with this action. */
export function hiddenFields(html: string, action: string): Record<string, string> {
  const forms = html.match(/<form[\s\S]*?<\/form>/g) ?? [];
  const form = forms.find((one) => one.includes(`action="${action}"`));
  if (!form) throw new Error(`the page has no form for ${action}:\n${html}`);
  const fields = form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  return Object.fromEntries([...fields].map(([, name, value]) => [name ?? '', value ?? '']));
}
