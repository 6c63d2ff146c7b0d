import { html } from 'hono/html';
import type { MessageView, Tone } from '../../message/view.ts';
import type { Html } from '../pages/layout.ts';
import type { ViewOptions } from './options.ts';
import { renderPart } from './parts.ts';

/**
 * A message as HTML: every part by its purpose, foreign text never live, buttons as forms that need no script. Pure but for
 * charts, whose drawing is loaded when the first one is drawn.
 */
export const renderView = (view: MessageView, options: ViewOptions): Html =>
  html`<div class="view">${view.parts.map((part, index) => renderPart(part, { ...options, id: `${options.id}-${index}` }))}</div>`;

/** How it stands, as its headline says it; a view without one is plain information. */
export const toneOf = ({ parts }: MessageView): Tone => parts.find((part) => part.part === 'headline')?.tone ?? 'info';
