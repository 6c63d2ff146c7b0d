import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { alertActions } from '#blocks/alert-actions.ts';
import { reviewActions } from '#blocks/review-actions.ts';
import { runForm, startRunView } from '#blocks/run-form.ts';
import { checkDiscord } from '#src/chat/discord/check.ts';
import { confirmedCode, readDiscordCode } from '#src/chat/discord/codes.ts';
import { renderDiscordConfirm, renderDiscordModal } from '#src/chat/discord/modal.ts';
import { SLACK_LIMITS } from '#src/chat/slack/limits.ts';
import { renderSlackModal } from '#src/chat/slack/modal.ts';
import { type Action, type Confirm, encodeAction, type Form, type Intent } from '#src/message/action.ts';
import { actionsOf } from '#src/message/spans.ts';
import { ALERT, READER, REVIEW } from '#test/blocks/facts.ts';

const long = 'w'.repeat(48);
const hostile = `<!channel> @everyone \u202e${'x'.repeat(5000)}`;
const texts = {
  client: { text: true, required: true, default: hostile },
  note: { text: true, required: false, default: '<!here> \u202eshort' },
};

const INPUTS = {
  client: { text: true, required: true },
  note: { text: true, required: false, default: 'For the board' },
} as const;

/** The buttons of an open item and an open alert, and of a workflow that asks for texts before it runs. */
const OFFERED = [
  ...reviewActions(REVIEW, new Date(REVIEW.opened_at)),
  ...alertActions(ALERT, READER),
  ...actionsOf(startRunView({ workflow: 'monday-brief', title: 'Monday board brief', inputs: INPUTS })),
];
const formed = (intent: Intent): Action & { ask: Form } => {
  const action = OFFERED.find((offered) => offered.intent === intent);
  if (!action || action.intent === 'open' || !action.ask) throw new Error(`nothing offers ${intent} with a form`);
  return { ...action, ask: action.ask };
};

/** Every form that a button opens. */
const FORMED: Intent[] = ['silence', 'pause', 'assign', 'resolve', 'reject', 'ask', 'run'];

const confirm = { title: 'Approve R-128?', text: 'Exactly these 2 files go to production/*reports*/.', yes: 'Approve' };
const approve = (subject: string): Action & { confirm: typeof confirm } => ({
  ...{ intent: 'approve', subject, label: 'Approve', style: 'primary', confirm },
  revision: '3.ab129f0344cd.0123456789ab.ba9876543210',
});

/** Holds what was drawn against its golden file; `UPDATE_GOLDEN=1` writes it instead. */
async function golden(name: string, drawn: object): Promise<void> {
  const folder = join(import.meta.dirname, '../../golden/modals');
  const text = `${JSON.stringify(drawn, null, 2)}\n`;
  if (process.env.UPDATE_GOLDEN === '1') {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), text);
  } else expect(await readFile(join(folder, name), 'utf8'), name).toBe(text);
}

/** What Slack would refuse in a modal of ours. */
function slackFaults(form: Form, metadata: string, confirm?: Confirm): string[] {
  const modal = renderSlackModal(form, { callbackId: 'act', metadata, confirm });
  const inputs = modal.blocks.filter((block) => block.type === 'input');
  const names = inputs.map((block) => ('block_id' in block ? block.block_id : undefined));
  return [
    ...(modal.title.text.length > SLACK_LIMITS.modalTitle ? ['title'] : []),
    ...(modal.submit.text.length > SLACK_LIMITS.modalButton ? ['submit'] : []),
    ...(modal.private_metadata.length > SLACK_LIMITS.modalMetadata ? ['metadata'] : []),
    ...(inputs.length !== form.fields.length || new Set(names).size !== names.length ? ['fields'] : []),
    ...(JSON.stringify(modal).length > SLACK_LIMITS.viewJson ? ['size'] : []),
    ...inputs.flatMap((block) => {
      const element = block.type === 'input' ? block.element : undefined;
      if (element?.type !== 'plain_text_input') return [];
      const over = (element.initial_value?.length ?? 0) > (element.max_length ?? 0);
      return over || (element.max_length ?? 0) > SLACK_LIMITS.inputLength ? ['initial'] : [];
    }),
  ];
}

describe('a form', () => {
  test.each(FORMED)('to %s is a modal on both platforms, within their limits', async (intent) => {
    const action = formed(intent);
    const [form, code] = [action.ask, encodeAction(action)];
    expect(slackFaults(form, code, action.confirm)).toEqual([]);
    const modal = renderDiscordModal(form, code, action.confirm);
    expect(checkDiscord(modal)).toEqual([]);
    const options = { callbackId: 'act', metadata: code, confirm: action.confirm };
    await golden(`${intent}.slack.json`, renderSlackModal(form, options));
    await golden(`${intent}.discord.json`, modal);
  });

  test('shows what will happen where its button says so', () => {
    const form = formed('reject').ask;
    expect(slackFaults(form, 'code', confirm)).toEqual([]);
    for (const drawn of [
      renderSlackModal(form, { callbackId: 'act', metadata: 'code', confirm }),
      renderDiscordModal(form, 'code', confirm),
    ])
      expect(JSON.stringify(drawn)).toContain('Exactly these 2 files go to production/');
  });

  test('with foreign words in it keeps them as words, cut to what a field takes', () => {
    const form = runForm({ workflow: long, inputs: texts } as never, { client: hostile });
    expect(slackFaults(form, 'code')).toEqual([]);
    expect(checkDiscord(renderDiscordModal(form, 'v1|run|x|'))).toEqual([]);
    for (const drawn of [
      renderSlackModal(form, { callbackId: 'act', metadata: 'code' }),
      renderDiscordModal(form, 'c'),
    ])
      expect(JSON.stringify(drawn)).not.toContain('\u202e');
  });
});

describe('the question before an act on Discord', () => {
  test('is for the one who clicked, pings nobody, and its yes is the same act, confirmed', async () => {
    const drawn = renderDiscordConfirm(approve('R-128'));
    expect(checkDiscord(drawn)).toEqual([]);
    expect(drawn.allowed_mentions).toEqual({ parse: [], users: [] });
    const code = /"custom_id":"([^"]+)"/.exec(JSON.stringify(drawn))?.[1] ?? '';
    const click = { intent: 'approve', subject: 'R-128', revision: '3.ab129f0344cd.0123456789ab.ba9876543210' };
    expect(readDiscordCode(code)).toEqual({ ...click, confirmed: true, corrects: false });
    expect(readDiscordCode(encodeAction(approve('R-128')))).toEqual({ ...click, confirmed: false, corrects: false });
    await golden('confirm.discord.json', drawn);
  });

  test('warns by its colour and its button where something is taken back', async () => {
    const undo = { title: 'Undo R-128?', text: 'These 2 files go back to the archive.', yes: 'Undo' };
    const drawn = renderDiscordConfirm({
      ...approve('R-128'),
      intent: 'undo',
      label: 'Undo',
      style: 'danger',
      confirm: undo,
    });
    expect(checkDiscord(drawn)).toEqual([]);
    await golden('confirm-danger.discord.json', drawn);
  });

  test('foreign ids are nothing, and a confirmed one is as long as what it replaces', () => {
    for (const foreign of ['', 'y1|', 'y1|nothing|x|', 'v2|approve|R-1|', 'y1y1|approve|R-1|'])
      expect(readDiscordCode(foreign)).toBeNull();
    const code = encodeAction(approve('R-128'));
    expect(confirmedCode(code)).toHaveLength(code.length);
  });
});
