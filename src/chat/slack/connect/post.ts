import { request as plainly } from 'node:http';
import { request as securely } from 'node:https';
import { NOT_CONNECTED } from '../../connect/never-connected.ts';

export interface Posting {
  /** The content type. */
  type: string;
  /** Rejects with a `TimeoutError` where nothing has come by then. */
  patienceMs: number;
  /** So many characters of what comes back are of interest. */
  most: number;
}

/**
 * Posts a text or bytes to an address that Slack gave (for an answer, for a file), over connections that are kept, and through the
 * proxy of the environment where Node is told to use one. A third of what `fetch` costs, which an answer to each click is
 * worth, and unlike it without a limit of five minutes; it follows no redirect. No error names the address, which is a
 * secret.
 */
export function post(
  url: string,
  body: string | Buffer,
  { type, patienceMs, most }: Posting,
): Promise<{ status: number; said: string }> {
  const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body) };
  const options = { method: 'POST', headers };
  return new Promise((resolve, reject) => {
    const late = () => {
      const code = asked.socket?.connecting === false ? undefined : NOT_CONNECTED;
      asked.destroy(Object.assign(new Error('no answer in time'), { name: 'TimeoutError', code }));
    };
    const patience = setTimeout(late, patienceMs).unref();
    const failed = (error: Error) => {
      clearTimeout(patience);
      reject(error);
    };
    const send = url.startsWith('https:') ? securely : plainly;
    const asked = send(url, options, (answer) => {
      let said = '';
      answer.setEncoding('utf8');
      answer.on('data', (more: string) => {
        if (said.length < most) said += more.slice(0, most - said.length);
      });
      answer.on('end', () => {
        clearTimeout(patience);
        resolve({ status: answer.statusCode ?? 0, said });
      });
      answer.on('error', failed);
    });
    asked.on('error', failed);
    asked.end(body);
  });
}
