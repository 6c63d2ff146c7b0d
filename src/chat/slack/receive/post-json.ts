import { request as plainly } from 'node:http';
import { request as securely } from 'node:https';

/**
 * Posts a document to an address that Slack gave for an answer, over connections that are kept, and through the proxy of
 * the environment where Node is told to use one. A third of what `fetch` costs, which an answer to each click is worth;
 * it follows no redirect. `said` is the beginning of what came back, at most `most` characters. Rejects where nothing comes
 * within `patienceMs` milliseconds; no error names the address, which is a secret.
 */
export function postJson(
  url: string,
  document: object,
  { patienceMs, most }: { patienceMs: number; most: number },
): Promise<{ status: number; said: string }> {
  const body = Buffer.from(JSON.stringify(document));
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length };
  const options = { method: 'POST', headers, signal: AbortSignal.timeout(patienceMs) };
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? securely : plainly;
    const asked = send(url, options, (answer) => {
      let said = '';
      answer.setEncoding('utf8');
      answer.on('data', (more: string) => {
        if (said.length < most) said += more.slice(0, most - said.length);
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, said }));
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
