import { createHash } from 'node:crypto';
import { canonicalJson } from '../values/canonical-json.ts';
import type { Action, LinkAction } from './action.ts';
import type { MessageView } from './view.ts';

/**
 * sha256 (64 hex) of what a person must see at once of a view: how it stands (headlines, and prose that says so), what can be
 * done (buttons) and who is asked. Where this is equal, a change of the rest may wait a little.
 */
export function hashCore({ parts, mentions }: MessageView): string {
  const core = parts.flatMap((part): unknown[] => {
    if (part.part === 'headline') return [{ tone: part.tone, text: part.text }];
    if (part.part === 'prose') return part.state ? [{ lines: part.lines }] : [];
    return part.part === 'actions' ? part.actions.map(buttonOf) : [];
  });
  return createHash('sha256')
    .update(canonicalJson({ core, mentions: [...mentions] }))
    .digest('hex');
}

const buttonOf = (action: Action | LinkAction) =>
  action.intent === 'open'
    ? { path: action.path, label: action.label }
    : { intent: action.intent, subject: action.subject, revision: action.revision ?? null, label: action.label };
