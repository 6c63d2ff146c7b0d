import { type MessageView, plainView, type Tone } from '../src/message/view.ts';

/** Sentences of ours as a message: the first line says it, the others follow. */
export function said(text: string, tone: Tone = 'info'): MessageView {
  const [first = '', ...more] = text.split('\n');
  return plainView(tone, [first], ...more.map((line) => [line]));
}
