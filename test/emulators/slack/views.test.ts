import type { ModalView } from '@slack/types';
import { describe, expect, test } from 'vitest';
import { connectedApp } from './connected.ts';
import { ANNA, codeOf, OPS, workspace } from './sheet.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });

/** A form with one field that must be filled in. */
const form = (over: Partial<ModalView> = {}): ModalView => ({
  type: 'modal',
  callback_id: 'reject',
  title: plain('Reject'),
  submit: plain('Reject'),
  blocks: [
    {
      type: 'input',
      block_id: 'why',
      label: plain('Why'),
      element: { type: 'plain_text_input', action_id: 'text', max_length: 20 },
    },
    {
      type: 'input',
      block_id: 'tone',
      optional: true,
      label: plain('Tone'),
      element: { type: 'static_select', action_id: 'pick', options: [{ text: plain('Kind'), value: 'kind' }] },
    },
  ],
  ...over,
});

const light = (title = 'Loading'): ModalView => ({ type: 'modal', title: plain(title), blocks: [] });

/** A workspace with a button that opens what it is given, and a bare app behind it. */
async function stage(view: ModalView) {
  const { slack, clock, client } = await workspace({ paced: false });
  const app = await connectedApp(slack);
  const triggers: string[] = [];
  app.action('open', async ({ ack, body }) => {
    triggers.push((body as { trigger_id: string }).trigger_id);
    await ack();
  });
  const { ts = '' } = await client.chat.postMessage({
    channel: OPS,
    text: 'Run 42',
    blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: 'open', text: plain('Open') }] }],
  });
  const click = async (): Promise<string> => {
    await slack.as(ANNA).click({ channel: OPS, ts }, 'Open');
    return triggers.at(-1) ?? '';
  };
  const open = async () => client.views.open({ trigger_id: await click(), view });
  return {
    slack,
    clock,
    client,
    app,
    click,
    open,
    anna: slack.as(ANNA),
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await slack[Symbol.asyncDispose]();
    },
  };
}

describe('a trigger', () => {
  test('is good for three seconds', async () => {
    await using here = await stage(light());
    const trigger_id = await here.click();
    here.clock.put(3001);
    expect(await codeOf(here.client.views.open({ trigger_id, view: light() }))).toBe('expired_trigger_id');
    here.slack.expectAmiss(/expired_trigger_id/);
    expect(here.slack.modals(ANNA)).toEqual([]);
  });

  test('is good once', async () => {
    await using here = await stage(light());
    const trigger_id = await here.click();
    await here.client.views.open({ trigger_id, view: light() });
    expect(await codeOf(here.client.views.open({ trigger_id, view: light() }))).toBe('exchanged_trigger_id');
    here.slack.expectAmiss(/exchanged_trigger_id/);
  });
});

describe('a modal', () => {
  test('takes an update for its hash only, and keeps what was typed', async () => {
    await using here = await stage(form());
    const { view } = await here.open();
    here.anna.type({ why: 'Wrong month' });
    const [view_id = '', hash = ''] = [view?.id, view?.hash];
    const first = await here.client.views.update({ view_id, hash, view: form({ title: plain('Reject it') }) });
    expect(first.view?.id).toBe(view_id);
    expect(await codeOf(here.client.views.update({ view_id, hash, view: form() }))).toBe('hash_conflict');
    expect(here.slack.modals(ANNA)).toMatchObject([{ title: { text: 'Reject it' } }]);
    here.app.view('reject', async ({ ack, view: sent }) => {
      expect(sent.state.values).toMatchObject({ why: { text: { type: 'plain_text_input', value: 'Wrong month' } } });
      await ack();
    });
    expect(await here.anna.submit({ tone: 'Kind' })).toMatchObject({ acked: true, sent: true });
    expect(here.slack.modals(ANNA)).toEqual([]);
  });

  test('is not sent while a field is empty, too long, or holds what is not offered', async () => {
    await using here = await stage(form());
    await here.open();
    expect(await here.anna.submit()).toMatchObject({ sent: false, errors: { why: /required/ } });
    expect(await here.anna.submit({ why: 'x'.repeat(21) })).toMatchObject({ sent: false, errors: { why: /20/ } });
    expect(() => here.anna.type({ tone: 'Rude' })).toThrow('no option "Rude"; there are: Kind');
    expect(() => here.anna.type({ who: 'Ben' })).toThrow('no field who');
    expect(here.slack.modals(ANNA)).toHaveLength(1);
  });

  test('shows errors beside its input blocks, and holds any other against the app', async () => {
    await using here = await stage(form());
    await here.open();
    const answers = [{ why: 'Say more' }, { nowhere: 'Say more' }];
    here.app.view('reject', async ({ ack }) => ack({ response_action: 'errors', errors: answers.shift() ?? {} }));
    expect(await here.anna.submit({ why: 'No' })).toMatchObject({ acked: true, errors: { why: 'Say more' } });
    expect(here.slack.amiss).toEqual([]);
    await here.anna.submit({ why: 'No' });
    here.slack.expectAmiss(/nowhere is no input block/);
    expect(here.slack.modals(ANNA)).toHaveLength(1);
  });

  test('is updated, pushed onto and cleared by the answer to it', async () => {
    await using here = await stage(form());
    await here.open();
    const answers = [
      { response_action: 'update' as const, view: form({ title: plain('Once more') }) },
      { response_action: 'push' as const, view: form({ title: plain('Sure?') }) },
      { response_action: 'clear' as const },
    ];
    here.app.view('reject', async ({ ack }) => ack(answers.shift() as never));
    await here.anna.submit({ why: 'No' });
    expect(here.slack.modals(ANNA)).toMatchObject([{ title: { text: 'Once more' } }]);
    await here.anna.submit();
    expect(here.slack.modals(ANNA)).toMatchObject([{ title: { text: 'Once more' } }, { title: { text: 'Sure?' } }]);
    await here.anna.submit({ why: 'No' });
    expect(here.slack.modals(ANNA)).toEqual([]);
  });

  test('has at most two others on it', async () => {
    const button = { type: 'button' as const, action_id: 'push', text: plain('More') };
    const deep: ModalView = { ...light(), blocks: [{ type: 'actions', elements: [button] }] };
    await using here = await stage(deep);
    await here.open();
    const codes: string[] = [];
    here.app.action('push', async ({ ack, body, client }) => {
      await ack();
      codes.push(
        await codeOf(client.views.push({ trigger_id: (body as { trigger_id: string }).trigger_id, view: deep })),
      );
    });
    for (let count = 1; count <= 3; count += 1) {
      await here.anna.click({ modal: true }, 'More');
      await expect.poll(() => codes).toHaveLength(count);
    }
    expect(codes).toEqual(['ok', 'ok', 'push_limit_reached']);
    expect(here.slack.modals(ANNA)).toHaveLength(3);
  });

  test('tells of its closing only where it asked to', async () => {
    await using here = await stage(form({ notify_on_close: true }));
    await here.open();
    const closed: string[] = [];
    here.app.view({ callback_id: 'reject', type: 'view_closed' }, async ({ ack, body }) => {
      closed.push(body.type);
      await ack();
    });
    expect(await here.anna.close()).toMatchObject({ acked: true });
    expect(closed).toEqual(['view_closed']);
    await here.client.views.open({ trigger_id: await here.click(), view: form() });
    expect(await here.anna.close()).toBeNull();
    expect(here.slack.modals(ANNA)).toEqual([]);
  });

  test('is refused where it is no modal, with pointers', async () => {
    await using here = await stage({ ...light('A title of too many letters') });
    expect(await codeOf(here.open())).toBe('invalid_arguments');
    here.slack.expectAmiss(/json-pointer:\/view\/title\/text/);
    const long = { type: 'section' as const, text: plain('x'.repeat(3000)) };
    const blocks = Array.from({ length: 90 }, () => long);
    expect(await codeOf(here.client.views.open({ trigger_id: await here.click(), view: { ...light(), blocks } }))).toBe(
      'view_too_large',
    );
    here.slack.expectAmiss(/view_too_large/);
  });
});

describe('a home', () => {
  const home = (text: string) => ({
    type: 'home' as const,
    blocks: [
      { type: 'section' as const, text: plain(text) },
      { type: 'actions' as const, elements: [{ type: 'button' as const, action_id: 'open', text: plain('Open') }] },
    ],
  });

  test('is published for one person, guarded by its hash, and can be clicked', async () => {
    await using here = await stage(light());
    const { slack, client, anna } = here;
    const first = await client.views.publish({ user_id: ANNA, view: home('Two wait') });
    await client.views.publish({ user_id: ANNA, view: home('One waits'), hash: first.view?.hash ?? '' });
    const stale = client.views.publish({ user_id: ANNA, view: home('Old'), hash: first.view?.hash ?? '' });
    expect(await codeOf(stale)).toBe('hash_conflict');
    expect(slack.home(ANNA)).toMatchObject({ type: 'home', blocks: [{ text: { text: 'One waits' } }, {}] });
    const done = await anna.click({ home: true }, 'Open');
    expect(done).toMatchObject({ acked: true, payload: { container: { type: 'view' }, view: { type: 'home' } } });
    slack.workspace.homeEnabled = false;
    expect(await codeOf(client.views.publish({ user_id: ANNA, view: home('A') }))).toBe('not_enabled');
  });

  test('says that it was opened', async () => {
    await using here = await stage(light());
    const seen: unknown[] = [];
    here.app.event('app_home_opened', async ({ event }) => {
      seen.push(event);
    });
    await here.anna.openHome();
    await expect.poll(() => seen).toMatchObject([{ user: ANNA, tab: 'home' }]);
  });
});
