import { correctingCode } from '../codes.ts';
import type { ActionRow, DiscordMessage } from '../components.ts';

/**
 * A button below an answer that opens the form again with what was typed: Discord has no errors below fields, and a form
 * cannot be the answer to a form.
 */
export const withCorrection =
  (code: string, label: string) =>
  (message: DiscordMessage): DiscordMessage => {
    const button = { type: 2, style: 1, label, custom_id: correctingCode(code) } as const;
    const row: ActionRow = { type: 1, components: [button] };
    const [container, ...rest] = message.components;
    if (container?.type !== 17) return message;
    return { ...message, components: [{ ...container, components: [...container.components, row] }, ...rest] };
  };

export const CORRECT = 'Correct it';
export const AGAIN = 'Open it again';
