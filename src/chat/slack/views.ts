import { clean, cutUnits } from '../../message/clean.ts';
import type { Headline, MessageView, Tone } from '../../message/view.ts';
import { drawFitting } from '../fit-steps.ts';
import { type Alert, type Block, plainObject, type SlackHome, type SlackModal } from './block-kit.ts';
import { checkSlack } from './check.ts';
import { SLACK_LIMITS } from './limits.ts';
import type { SlackOptions } from './options.ts';
import { blocksOf } from './render.ts';
import { wordsOf } from './rich-text.ts';

/** What a read-only modal has around its message. */
export interface ModalFrame {
  /** Cut to 24 characters. */
  title: string;
  /** The word for leaving it; cut to 24 characters. */
  close?: string | undefined;
  callbackId?: string | undefined;
  /** At most 3000 characters, ids only. */
  metadata: string;
  /** Draws the headline as an alert in the colour of its tone: for what came of a form or a click. */
  outcome?: boolean | undefined;
}

/** Tells modals that only show something from forms. */
const SHOWN = 'shown';

/** A message as one person's App Home. */
export const renderSlackHome = (view: MessageView, options: SlackOptions): SlackHome =>
  drawFitting(
    view,
    (fitted): SlackHome => ({ type: 'home', blocks: blocksOf(fitted, { ...options, surface: 'home' }) }),
    (home) => checkSlack(home).length === 0,
  );

/** A message as a modal that asks for nothing: a brief to look at, or what came of a form; with the buttons it has. */
export function renderSlackModalView(view: MessageView, options: SlackOptions, frame: ModalFrame): SlackModal {
  const here: SlackOptions = { ...options, surface: 'modal' };
  return drawFitting(
    view,
    (fitted) => {
      const [first, ...rest] = fitted.parts;
      const said = frame.outcome && first?.part === 'headline' ? outcomeOf(first, here) : null;
      return modal(frame, said ? [said, ...blocksOf({ ...fitted, parts: rest }, here)] : blocksOf(fitted, here));
    },
    (drawn) => checkSlack(drawn).length === 0,
  );
}

/** Shown within the life of a trigger (3 s), until what was asked for is there. */
export const loadingModal = (title: string, frame: Partial<Omit<ModalFrame, 'title' | 'outcome'>> = {}): SlackModal =>
  modal({ metadata: '', ...frame, title }, [{ type: 'section', text: plainObject('One moment…') }]);

const modal = ({ title, close, callbackId, metadata }: ModalFrame, blocks: Block[]): SlackModal => ({
  type: 'modal',
  callback_id: callbackId ?? SHOWN,
  private_metadata: metadata,
  title: plainObject(cutUnits(clean(title), SLACK_LIMITS.modalTitle)),
  close: plainObject(cutUnits(clean(close ?? 'Close'), SLACK_LIMITS.modalButton)),
  blocks,
});

const LEVELS: Record<Tone, Alert['level']> = { ok: 'success', warn: 'warning', fail: 'error', info: 'info' };

/** Null where it is too long for an alert, or has something live in it: then it stays a line of text. */
function outcomeOf({ tone, text }: Headline, options: SlackOptions): Alert | null {
  const plain = wordsOf(text, options);
  if (plain.length > SLACK_LIMITS.alert) return null;
  return { type: 'alert', level: LEVELS[tone], text: plainObject(plain) };
}
