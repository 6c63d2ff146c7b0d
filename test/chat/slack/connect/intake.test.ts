import type { ReceiverEvent } from '@slack/bolt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Payload } from '#src/chat/connect/payload.ts';
import type { Apology } from '#src/chat/slack/connect/apology.ts';
import { Intake, type Reply } from '#src/chat/slack/connect/intake.ts';
import { CoworkError } from '#src/errors.ts';
import { type Heard, heard, TEAM } from './inner.ts';

const CLICK = {
  type: 'block_actions',
  team: { id: 'T0OURS' },
  channel: { id: 'C1' },
  user: { id: 'U1' },
  actions: [{ action_id: 'approve' }],
};
const COMMAND = { command: '/cowork', team_id: 'T0OURS', user_id: 'U1', channel_id: 'C1' };
const FORM = { type: 'view_submission', team: { id: 'T0OURS' }, user: { id: 'U1' }, view: { callback_id: 'reject' } };
let made = 0;
const event = (over: Payload = {}) => ({
  ...{ type: 'event_callback', team_id: 'T0OURS', event_id: `Ev${++made}`, event: { type: 'app_home_opened' } },
  ...over,
});

let here: Heard;
beforeAll(async () => {
  here = await heard();
});
afterAll(() => here.database.drop());

const fails = () => {
  throw new Error('connection terminated');
};

/** The way in, with an app that does this. */
function wayIn(processEvent: (event: ReceiverEvent) => Promise<void>, over: { team?: () => typeof TEAM } = {}) {
  const apologies: Apology[] = [];
  const intake = new Intake({
    ground: here.ground,
    app: { processEvent },
    team: over.team ?? (() => TEAM),
    appId: null,
    apologise: async (apology) => {
      apologies.push(apology);
    },
  });
  const take = async (body: Payload) => {
    const replies: Reply[] = [];
    const done = intake.take({ body, retryNum: undefined, retryReason: undefined }, async (reply) => {
      replies.push(reply);
    });
    return { replies, done };
  };
  const took = async (body: Payload) => {
    const { replies, done } = await take(body);
    await done;
    return replies;
  };
  return { intake, apologies, take, took };
}

describe('whatever comes', () => {
  test('is acknowledged with what the handler says, once', async () => {
    const { took } = wayIn(async ({ ack }) => {
      await ack({ text: 'first' });
      await ack({ text: 'second' });
    });
    expect(await took(CLICK)).toEqual([{ taken: true, payload: { text: 'first' } }]);
  });

  test('is acknowledged, and logged, where nobody handles it', async () => {
    const { took } = wayIn(async () => {});
    expect(await took(CLICK)).toEqual([{ taken: true, payload: undefined }]);
    expect(here.lines.at(-1)).toContain('Nobody here handles this');
    expect(here.lines.at(-1)).toContain('approve');
  });

  test('for another workspace is acknowledged and left alone', async () => {
    const handled: unknown[] = [];
    const { took } = wayIn(async ({ body }) => void handled.push(body));
    expect(await took({ ...CLICK, team: { id: 'T0THEIRS' } })).toEqual([{ taken: true }]);
    expect(handled).toEqual([]);
    expect(here.lines.at(-1)).toContain('another workspace');
  });

  test('is not taken while we do not know whose token we have', async () => {
    const { took } = wayIn(async ({ ack }) => ack(), {
      team: () => {
        throw new CoworkError('unavailable', 'Slack has not let us in yet.');
      },
    });
    expect(await took(event())).toEqual([{ taken: false }]);
  });

  test('is acknowledged before Slack gives up, though the handler goes on', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let finished = false;
    const { take, intake } = wayIn(async ({ ack }) => {
      await held;
      await ack({ text: 'too late' });
      finished = true;
    });
    const { replies, done } = await take(CLICK);
    await here.ground.clock.advance(2799);
    expect(replies).toEqual([]);
    await here.ground.clock.advance(1);
    await intake.idle();
    expect(replies).toEqual([{ taken: true }]);
    release();
    await done;
    expect(finished).toBe(true);
    expect(replies).toHaveLength(1);
    expect(here.ground.clock.waiting).toBe(0);
  });
});

describe('an event', () => {
  test('counts once, however often it is delivered', async () => {
    let handled = 0;
    const { took } = wayIn(async ({ ack }) => {
      handled += 1;
      await ack();
    });
    const one = event();
    const replies = await Promise.all([took(one), took(one), took({ ...one })]);
    expect(replies.map((all) => all.map(({ taken }) => taken))).toEqual([[true], [true], [true]]);
    expect(handled).toBe(1);
  });

  test('that was not handled yet is welcome as a retry', async () => {
    const numbers: unknown[] = [];
    const { intake } = wayIn(async ({ ack, retryNum, retryReason }) => {
      numbers.push([retryNum, retryReason]);
      await ack();
    });
    await intake.take({ body: event(), retryNum: 1, retryReason: 'http_timeout' }, async () => {});
    expect(numbers).toEqual([[1, 'http_timeout']]);
  });

  test('is acknowledged when it was handled, and comes again where that failed or its process ended', async () => {
    let fail = true;
    let handled = 0;
    const { took, take } = wayIn(async ({ ack }) => {
      await ack();
      if (fail) throw new Error('connection terminated');
      handled += 1;
    });
    const one = event();
    expect(await took(one)).toEqual([{ taken: false }]);
    // A process that is killed has noted nothing: what it had in hand is new to the next.
    const { replies } = await wayIn(async ({ ack }) => {
      await ack();
      await new Promise(() => undefined);
    }).take(one);
    fail = false;
    expect(await took(one)).toEqual([{ taken: true }]);
    expect(replies).toEqual([]);
    expect(await took(one)).toEqual([{ taken: true }]);
    expect(handled).toBe(1);
    await here.ground.clock.advance(2800);
    await take(event());
  });

  test('that cannot be told from one that was here before is to come again', async () => {
    const broken = { selectFrom: fails };
    const db = new Proxy(here.ground.db, { get: (_db, key) => Reflect.get(broken, key) });
    const replies: Reply[] = [];
    const intake = new Intake({
      ground: { ...here.ground, db },
      app: { processEvent: async () => {} },
      ...{ team: () => TEAM, appId: null, apologise: async () => {} },
    });
    await intake.take({ body: event(), retryNum: undefined, retryReason: undefined }, async (reply) => {
      replies.push(reply);
    });
    expect(replies).toEqual([{ taken: false }]);
  });
});

describe('what people write', () => {
  const said = (over: Payload) => event({ event: { type: 'message', channel: 'C1', ts: '1.1', ...over } });
  /** A way in that nothing may pass: neither the app nor the database is there. */
  const shut = (body: Payload) => {
    const replies: Reply[] = [];
    const db = new Proxy(here.ground.db, { get: fails });
    const intake = new Intake({
      ground: { ...here.ground, db },
      ...{ app: { processEvent: fails }, team: () => TEAM, appId: null, apologise: async () => {} },
    });
    const reply = async (one: Reply) => void replies.push(one);
    return intake.take({ body, retryNum: undefined, retryReason: undefined }, reply).then(() => replies);
  };

  test.each<[string, Payload]>([
    ['a message', {}],
    ['what a bot says', { subtype: 'bot_message' }],
    ['a change of one', { subtype: 'message_changed', message: { ts: '1.0', text: 'other' } }],
    ['a deletion of none', { subtype: 'message_deleted' }],
  ])('is acknowledged, and neither handled nor noted: %s', async (_name, over) => {
    expect(await shut(said(over))).toEqual([{ taken: true }]);
  });

  test.each<[string, Payload]>([
    ['deleted', { subtype: 'message_deleted', deleted_ts: '1.0' }],
    ['left as a tombstone', { subtype: 'message_changed', message: { subtype: 'tombstone', ts: '1.0' } }],
  ])('is handled once where it was %s', async (_name, over) => {
    const handled: unknown[] = [];
    const { took } = wayIn(async ({ ack, body }) => {
      await ack();
      handled.push(body);
    });
    const one = said(over);
    expect([await took(one), await took(one)]).toEqual([[{ taken: true }], [{ taken: true }]]);
    expect(handled).toEqual([one]);
    expect(await shut(said(over))).toEqual([{ taken: false }]);
  });
});

describe('a handler that fails', () => {
  const failing = () =>
    wayIn(async () => {
      throw new Error('the reason, with xoxb-1234-secret and https://hooks.slack.com/actions/T1/secret');
    });

  test('says so in the answer of a command', async () => {
    const { took, apologies } = failing();
    expect(await took(COMMAND)).toMatchObject([
      { taken: true, payload: { response_type: 'ephemeral', text: expect.stringContaining('went wrong on our side') } },
    ]);
    expect(apologies).toEqual([]);
  });

  test('says so in the form that was sent', async () => {
    const { took } = failing();
    expect(await took(FORM)).toMatchObject([{ taken: true, payload: { response_action: 'update' } }]);
  });

  test('says so to whoever clicked, and to nobody twice', async () => {
    const { took, apologies } = failing();
    expect(await took(CLICK)).toEqual([{ taken: true, payload: undefined }]);
    expect(apologies).toMatchObject([{ to: { channel: 'C1', user: 'U1' } }]);
  });

  test('after the acknowledgement says nothing more', async () => {
    const { took, apologies } = wayIn(async ({ ack }) => {
      await ack({ text: 'noted' });
      throw new Error('later');
    });
    expect(await took(CLICK)).toEqual([{ taken: true, payload: { text: 'noted' } }]);
    expect(apologies).toEqual([]);
  });

  test('is logged with what it was about, and without what opens a door', async () => {
    const { took } = failing();
    await took(CLICK);
    const line = here.lines.at(-1) ?? '';
    expect(line).toContain('failed while it was handled');
    expect(line).toContain('"action":"approve"');
    expect(line).toContain('the reason');
    expect(here.lines.join('')).not.toMatch(/xoxb-1234|actions\/T1\/secret/);
  });
});
