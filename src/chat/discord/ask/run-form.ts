import { missingTexts, textInputs } from '../../../../blocks/run-form.ts';
import { sentencesView } from '../../../../blocks/sentences.ts';
import { CoworkError } from '../../../errors.ts';
import { encodeAction } from '../../../message/action.ts';
import { command } from '../../../message/text.ts';
import type { MessageView } from '../../../message/view.ts';
import { askedBy } from '../../asked.ts';
import type { Sender } from '../../receive/sender.ts';
import { notShown } from '../../receive/words.ts';
import { splitWords } from '../../words.ts';
import type { DiscordModal } from '../components.ts';
import type { Discord } from '../discord.ts';
import { DISCORD_LIMITS } from '../limits.ts';
import { formModal } from '../receive/form.ts';
import { pairsIn, type Typed } from './typed.ts';

/** For who waits for a form that Discord did not open. */
export const notOpened = (words: string): MessageView =>
  sentencesView(['Discord did not open the form in time. Nothing was done. Ask again: ', command(words)], 'warn');

/**
 * The form of a workflow that asks for texts, where not all that it needs was typed along; what was typed stands in it.
 * `notShown` says how to do without it. Null where there is nothing to ask for, where a form does not hold it all, and where
 * the run would be refused: then the command answers.
 */
export async function runModal(
  discord: Discord,
  typed: Typed,
  { person }: Sender,
): Promise<{ modal: DiscordModal; notShown: MessageView } | null> {
  const name = typed.given.get('workflow');
  if (typed.name !== 'run' || typeof name !== 'string' || person === null) return null;
  const { workflows } = (await discord.ground.homes.active()).home;
  const workflow = Object.hasOwn(workflows, name) ? workflows[name] : undefined;
  if (!workflow) return null;
  const asks = textInputs(workflow.spec);
  const texts = textsIn(typed.given.get('input'));
  const known = texts !== null && Object.keys(texts).every((given) => asks.some((one) => one.name === given));
  if (!known || asks.length === 0 || asks.length > DISCORD_LIMITS.modalComponents) return null;
  if (Object.keys(texts).length > 0 && missingTexts(workflow.spec, texts).length === 0) return null;
  const click = { intent: 'run', subject: name, revision: null } as const;
  const asked = await askedBy(await discord.world(), click, { person, via: 'discord' }).catch(nothingToAsk);
  if (!asked) return null;
  const fields = asked.form.fields.map((field) =>
    field.kind !== 'choice' && Object.hasOwn(texts, field.name)
      ? { ...field, initial: texts[field.name] ?? '' }
      : field,
  );
  const modal = formModal(
    { ...asked, form: { ...asked.form, fields } },
    encodeAction({ intent: 'run', subject: name }),
  );
  return {
    modal,
    notShown: notShown(
      click,
      fields.map((field) => field.name),
    ),
  };
}

function nothingToAsk(error: unknown): null {
  if (error instanceof CoworkError && error.code !== 'internal') return null;
  throw error;
}

/** What was typed along, by name; null where it cannot be read, and the command says why. */
function textsIn(input: string | number | boolean | undefined): Record<string, string> | null {
  if (input === undefined) return {};
  try {
    const pairs = pairsIn(String(input)).flatMap((word) => splitWords(word).map(({ text }) => text));
    if (pairs.some((pair) => pair.indexOf('=') < 1)) return null;
    return Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    );
  } catch (error) {
    return nothingToAsk(error);
  }
}
