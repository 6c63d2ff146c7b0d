import { expect, test } from 'vitest';
import type { DiscordShown } from '#test/emulators/discord/emulator.ts';
import { buttonsOf, channel, click } from './chat.ts';
import { DiscordOffice, IDS, OPS, said } from './discord-office.ts';

const ROLE = '410000000000000001';

/** The message of the item in Discord, once it says this. */
async function item(office: DiscordOffice, review: string, says: RegExp): Promise<DiscordShown> {
  const find = () => office.discord.messages(OPS).findLast((one) => said(one).includes(review) && says.test(said(one)));
  await office.world.until(`${review} that says ${says}`, async () => {
    await office.world.told();
    return find() !== undefined;
  });
  return find() as DiscordShown;
}

test('a Discord role narrows who decides, whichever door they come through, and is asked for at that moment', async () => {
  const asked = { tier: 'T2', review: { approvers: ['leads'], discord_role: ROLE } };
  await using office = await DiscordOffice.open({ workflows: { brief: asked } });
  const { world, discord } = office;
  discord.addRole({ id: ROLE, name: 'Finance' });
  discord.giveRole(IDS.ana, ROLE);
  // The command line is a process of its own, and asks Discord itself.
  Object.assign(world.env, discord.env);
  await world.runToEnd('brief');
  const { review_id, output_hash } = await world.item();
  const at = { channel: OPS, message: (await item(office, review_id, /Can decide/)).id };
  const refused = `${review_id} may be decided only by people with the Discord role "Finance", and you do not have it.`;

  // Jon may by the product's own rule, and has not the role.
  expect(said(await item(office, review_id, /Can decide/))).toContain(
    'Whoever decides needs the Discord role "Finance" besides.',
  );
  const pressed = await office.as('jon').click(at, 'Approve');
  await office.done();
  expect(said(pressed.shown())).toContain(refused);
  // Told before a reason is written, where Discord says it in time; else by the decision.
  for (const button of ['Reject…', 'Ask for a change…']) {
    const none = await office.as('jon').click(at, button);
    expect([none.callback?.type, said(none.shown())]).toEqual([4, expect.stringContaining(refused)]);
  }
  discord.fault(/^GET \/guilds\/\d+\/members\//, { kind: 'http500', times: 2 });
  expect((await office.as('jon').click(at, 'Reject…')).callback?.type).toBe(9);
  const sent = await office.as('jon').submit({ reason: 'old figures' });
  await office.done();
  expect(said(sent.shown())).toContain(refused);
  const [message] = (await channel(world, 'reviews')).filter((one) => buttonsOf(one).length > 0);
  if (!message) throw new Error('the item is not in the console');
  expect(await click(world, 'jon', message, 'approve')).toContain(refused);
  const typed = await world.approve(review_id, output_hash, 'jon');
  expect([typed.code, typed.json.error.message]).toEqual([2, expect.stringContaining(refused)]);
  // Sam has it from now on, and it makes nobody an approver.
  discord.giveRole(IDS.sam, ROLE);
  expect((await world.approve(review_id, output_hash, 'sam')).json.error.message).toContain(
    'You may not approve brief',
  );
  expect((await world.review(review_id)).state).toBe('open');

  // Discord does not tell: then nobody may, and nothing is lost.
  discord.fault(/^GET \/guilds\/\d+\/members\//, { kind: 'http500', times: 2 });
  const untold = await world.approve(review_id, output_hash, 'ana');
  expect([untold.code, untold.json.error.code]).toEqual([1, 'unavailable']);
  expect(untold.json.error.message).toContain('Discord does not tell just now who has it. Nothing was decided.');

  // Given in Discord, it counts with the next press.
  discord.giveRole(IDS.jon, ROLE);
  expect((await world.approve(review_id, output_hash, 'jon')).code).toBe(0);
  expect(said(await item(office, review_id, /in production/))).toMatch(/Approved by .*Jon/);
});
