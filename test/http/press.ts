import { drawNotice } from '#blocks/index.ts';
import type { Notice } from '#src/store/outbox.ts';
import { readHtml } from '#test/golden/views/read-html.ts';
import type { Console } from './console.ts';

/** Says in a channel what delivery would say about this; returns the message's id. */
export async function say(here: Console, channel: string, notice: Notice): Promise<string> {
  const drawn = await drawNotice(here.stage.ground, notice, {});
  if (!drawn) throw new Error(`nothing to say about ${JSON.stringify(notice)}`);
  return here.post(channel, drawn.view);
}

/** What each button of a page sends, as a browser without a script would: the fields of its form and its own. */
export function buttonsOf(page: string): Record<string, string>[] {
  const forms: Record<string, string>[] = [];
  const named = new Map<string, Record<string, string>>();
  const buttons: { form: string | undefined; within: Record<string, string> | undefined; value: string | undefined }[] =
    [];
  let open: Record<string, string> | undefined;
  for (const piece of readHtml(page)) {
    if (piece.kind === 'close' && piece.tag === 'form') open = undefined;
    if (piece.kind !== 'open') continue;
    const { tag, attributes } = piece;
    if (tag === 'form') {
      open = {};
      forms.push(open);
      if (attributes.id) named.set(attributes.id, open);
    }
    if (tag === 'input' && open && attributes.name) open[attributes.name] = attributes.value ?? '';
    if (tag === 'button') buttons.push({ form: attributes.form, within: open, value: attributes.value });
  }
  return buttons.flatMap(({ form, within, value }) => {
    const fields = form === undefined ? within : named.get(form);
    return fields ? [{ ...fields, ...(value === undefined ? {} : { code: value }) }] : [];
  });
}

/** What the first button with this intent sends. */
export function buttonOf(page: string, intent: string): Record<string, string> {
  const found = buttonsOf(page).find(({ code }) => code?.split('|')[1] === intent);
  if (!found) throw new Error(`the page has no button for ${intent}`);
  return found;
}
