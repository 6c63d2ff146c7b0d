import { afterAll, beforeAll, expect, test } from 'vitest';
import { DiscordOffice, IDS, OPS, said } from './discord-office.ts';

let office: DiscordOffice;
beforeAll(async () => {
  office = await DiscordOffice.open({
    mode: 'http',
    workflows: {
      brief: { tier: 'T2' },
      memo: { inputs: { client: { text: true } } },
      payroll: { data_class: 'confidential', review: { approvers: ['maya'] } },
    },
  });
});
afterAll(() => office[Symbol.asyncDispose]());

test('over HTTP commands are answered, completed, asked for in a form, and the story of a message is told', async () => {
  expect(await office.ask('vic', 'status')).toMatchObject({ alone: true, said: expect.stringMatching(/green/) });
  expect((await office.ask('pia', 'status')).said).toContain('You have not agreed to the rules of this server yet');
  const offered = await office.as('vic').complete('cowork status', { workflow: 'pay' }, 'workflow', OPS);
  expect(offered.map(({ value }) => value)).toEqual(['payroll']);
  expect((await office.as('sam').command('cowork run', { workflow: 'memo' }, OPS)).callback?.type).toBe(9);
  const sent = await office.as('sam').submit({ client: 'Beta' });
  expect((await office.heard(sent, 'the form')).said).toContain('is queued');
  const { run_id } = await office.world.newest('memo');
  await office.world.ended(run_id);
  const all = await office.ask('sam', 'summary', { run: run_id, public: true });
  expect(all.alone).toBe(false);
  const asked = await office.as('vic').messageCommand('What happened?', OPS, all.shown?.id ?? '');
  expect((await office.heard(asked, 'what happened')).said).toContain(run_id);
});

test('what is refused is taken back from the channel, however early it is', async () => {
  const waits = office.discord.messages(OPS).length;
  await office.ask('vic', 'status', { workflow: 'payroll', public: true });
  expect(office.discord.messages(OPS)).toHaveLength(waits);
  expect(said(office.discord.privates(IDS.vic).at(-1))).toContain('payroll is confidential');
});
