import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '#src/cli.ts';
import { initHome } from '#src/workflows/init.ts';
import { startSlack } from '#test/emulators/slack/emulator.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { freshDatabase } from '#test/setup/store.ts';

const GROUP = 'S0ONCALL';

/** A small home in which one person and one channel are Slack's, and the rota has a user group. */
async function slackHome(path: string): Promise<void> {
  await initHome(path);
  const file = join(path, 'cowork.yaml');
  const text = await readFile(file, 'utf8');
  const [person] = /^ {2}[a-z0-9-]+: \{/m.exec(text) ?? [];
  expect(person).toBeDefined();
  const key = (person ?? '').trim().replace(/:.*/, '');
  const changed = text.replace(person ?? '', `${person} slack: U0MAYA,`);
  const rota = `on_call: { rota: [${key}], starts: 2026-01-05T09:00, shift: 1w, slack_group: ${GROUP} }`;
  await writeFile(file, `${changed}\nchannels: { ops: [slack:C0OPS] }\n${rota}\n`);
}

test('doctor names what is amiss in Slack line by line, exits with 1, and never shows a token', async () => {
  await using slack = await startSlack();
  await using folder = await tempFolder();
  const database = await freshDatabase();
  try {
    await slackHome(folder.path);
    slack.addUser({ id: 'U0MAYA', name: 'maya' });
    slack.addChannel({ id: 'C0OPS', name: 'ops', members: ['U0MAYA'], bot: false });
    slack.addUserGroup({ id: GROUP, handle: 'oncall', users: ['U0MAYA'] });
    slack.workspace.scopes.delete('chat:write.public');
    // As the product noted it when it last tried.
    const trouble = { platform: 'slack', group_id: GROUP, error: 'permission_denied: only admins may' };
    await database.db.insertInto('chat_groups').values(trouble).execute();
    const doctor = async (...more: string[]) => {
      const out: string[] = [];
      const env = {
        ...{ ...slack.env, COWORK_HOME: folder.path, COWORK_DATA: join(folder.path, 'data') },
        DATABASE_URL: database.url,
      };
      const output = { out: (text: string) => void out.push(text), err: (text: string) => void out.push(text) };
      const code = await runCli(['doctor', ...more], { env, folder: folder.path, output });
      for (const secret of Object.values(slack.workspace.tokens)) expect(out.join('')).not.toContain(secret);
      return { code, text: out.join('') };
    };
    const ill = await doctor();
    expect(ill.code).toBe(1);
    expect(ill.text).toContain('ok   slack token: @cowork in the workspace Acme (https://acme.slack.com/)\n');
    expect(ill.text).toContain(
      'FAIL slack place: #ops (slack:C0OPS): @cowork is not in #ops, so it cannot post there. Type /invite @cowork in it.\n',
    );
    expect(ill.text).toContain(
      'FAIL slack on call: @oncall does not follow the rota: permission_denied: only admins may.\n',
    );

    await slack.invite('C0OPS');
    await database.db.deleteFrom('chat_groups').execute();
    const { code, text } = await doctor('--json');
    const { findings } = JSON.parse(text) as { findings: { part: string; ok: boolean }[] };
    const ofSlack = findings.filter(({ part }) => part.startsWith('slack '));
    expect(ofSlack.map(({ part }) => part)).toEqual([
      'slack token',
      'slack scopes',
      'slack app token',
      'slack clock',
      'slack places',
      'slack people',
      'slack on call',
      'slack links',
    ]);
    expect(ofSlack.filter(({ ok }) => !ok)).toEqual([]);
    expect(code).toBe(findings.every(({ ok }) => ok) ? 0 : 1);
  } finally {
    await database.drop();
  }
  expect(slack.amiss).toEqual([]);
});
