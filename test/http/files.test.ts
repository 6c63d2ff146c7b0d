import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRow } from '#src/store/schema.ts';
import { edit } from '#test/reviews/stage.ts';
import { Console, type Visitor } from './console.ts';

const FILES = {
  'brief.md': '<script>alert(1)</script>\n',
  'data/rows.csv': 'a,b\n1,2\n',
  'page.html': '<!doctype html><script>alert(document.cookie)</script>',
  'naïve "quotes" \'and\' ; (semi).md': 'x',
  'empty.txt': '',
};

let here: Console;
let ana: Visitor;
let run: RunRow;
beforeAll(async () => {
  here = await Console.open();
  ana = await here.as('ana');
  ({ run } = await here.stage.item(FILES));
});
afterAll(() => here[Symbol.asyncDispose]());

const url = (path: string) => `/runs/${run.id}/outputs/${path}`;
const missing = async (path: string) => {
  const answer = await ana.visit(`${here.base}${path}`);
  expect([path, answer.status]).toEqual([path, 404]);
  return answer.text();
};
/** Puts a path into the record, as nobody but the product can. */
const record = (path: string) =>
  here.stage.db.insertInto('outputs').values({ run_id: run.id, path, bytes: 1, sha256: 'x', stamp: 'x' }).execute();

describe('a download', () => {
  test.each(Object.entries(FILES))('%s is an attachment of plain bytes, never a page', async (path, text) => {
    const answer = await ana.visit(url(path.split('/').map(encodeURIComponent).join('/')));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe(text);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
    const disposition = answer.headers.get('content-disposition') ?? '';
    expect(disposition).toMatch(/^attachment; filename="output"; filename\*=UTF-8''[A-Za-z0-9%._~!-]+$/);
    expect(decodeURIComponent(disposition.split("''")[1] ?? '')).toBe(path.split('/').at(-1));
  });

  test('by HEAD has its length and leaves no file open', async () => {
    const before = (await readdir('/proc/self/fd')).length;
    for (let time = 0; time < 50; time += 1) {
      const head = await ana.visit(url('brief.md'), { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '26', '']);
    }
    expect((await readdir('/proc/self/fd')).length).toBeLessThan(before + 20);
  });

  test('works wherever the run lies now', async () => {
    const other = await here.stage.item({ 'brief.md': 'there\n' });
    await here.stage.say(other.id, 'ana');
    await here.stage.work();
    expect(await ana.text(`/runs/${other.run.id}/outputs/brief.md`)).toBe('there\n');
  });
});

describe('only files of the record are served', () => {
  test.each([
    'nothing.md',
    '',
    '.',
    '..',
    '../manifest.json',
    '..%2fmanifest.json',
    '%2e%2e/manifest.json',
    '%2e%2e%2fmanifest.json',
    '..%5cmanifest.json',
    'data/../../manifest.json',
    'data%2f..%2f..%2fmanifest.json',
    '/etc/passwd',
    '%2fetc%2fpasswd',
    '....//....//etc/passwd',
    'brief.md%00',
    'brief.md%00.txt',
    '%00',
    'brief.md/',
    'brief.md/x',
    'data',
    'BRIEF.MD',
    'approval.flag',
    '%E0%A4%A',
  ])('not %j', async (path) => {
    expect(await missing(url(path))).not.toContain('run_id');
  });

  test('not what lies beside them, nor what was put among them later', async () => {
    await writeFile(join(here.stage.outputs(run), 'planted.txt'), 'planted');
    expect(await missing(url('planted.txt'))).not.toContain('planted<');
    await rm(join(here.stage.outputs(run), 'planted.txt'));
    await missing(`/runs/${run.id}/manifest.json`);
    await missing(`/runs/${run.id}/outputs`);
    await missing(`/runs/nothing/outputs/brief.md`);
    await missing(`/runs/%00/outputs/brief.md`);
  });

  test('not even a recorded path that leads out of the folder, by dots or by a link', async () => {
    const outside = join(here.stage.root, 'secret.txt');
    await writeFile(outside, 'secret\n');
    const outputs = here.stage.outputs(run);
    await mkdir(join(outputs, 'deep'), { recursive: true });
    await symlink(outside, join(outputs, 'link.txt'));
    await symlink(here.stage.root, join(outputs, 'up'));
    await symlink('/dev/zero', join(outputs, 'device'));
    for (const path of [
      'link.txt',
      'up/secret.txt',
      '../manifest.json',
      '../../../../secret.txt',
      'device',
      'deep',
      'gone.txt',
    ]) {
      await record(path);
      expect(await missing(url(encodeURIComponent(path)))).not.toMatch(/secret\n|run_id/);
    }
    for (const name of ['link.txt', 'up', 'device']) await rm(join(outputs, name));
  });

  test('not where the folder of outputs is itself a link elsewhere', async () => {
    const other = await here.stage.item({ 'brief.md': 'mine\n' });
    const outputs = here.stage.outputs(other.run);
    const elsewhere = join(here.stage.root, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'brief.md'), 'theirs\n');
    await rm(outputs, { recursive: true, force: true });
    await symlink(elsewhere, outputs);
    const answer = await ana.visit(`/runs/${other.run.id}/outputs/brief.md`);
    expect(answer.status).toBe(404);
    await rm(outputs);
  });

  test('a pipe in the place of a recorded file does not make anybody wait', async () => {
    const other = await here.stage.item({ 'brief.md': 'mine\n' });
    const path = join(here.stage.outputs(other.run), 'brief.md');
    await rm(path, { force: true });
    const { execFileSync } = await import('node:child_process');
    execFileSync('mkfifo', [path]);
    expect((await ana.visit(`/runs/${other.run.id}/outputs/brief.md`)).status).toBe(404);
    const page = await ana.visit(`/reviews/R-${other.id}`);
    expect(page.status).toBe(200);
    await rm(path);
  });

  test('and a changed one as it lies there, since a reader may want to see the change', async () => {
    const other = await here.stage.item({ 'brief.md': 'before\n' });
    await edit(join(here.stage.outputs(other.run), 'brief.md'), 'after it\n');
    expect(await ana.text(`/runs/${other.run.id}/outputs/brief.md`)).toBe('after it\n');
    expect(dirname(here.stage.outputs(other.run))).toContain(other.run.id);
  });
});

test('nobody and strangers get no file, whatever its class', async () => {
  expect((await here.nobody().visit(url('brief.md'))).status).toBe(403);
  expect((await here.nobody().visit(url('nothing.md'))).status).toBe(403);
});
