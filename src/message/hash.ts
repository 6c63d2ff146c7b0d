import { createHash } from 'node:crypto';
import { canonicalJson } from '../values/canonical-json.ts';
import type { MessageView } from './view.ts';

/** sha256 (64 hex) of what a view says, whatever order its objects were built in: equal views need no edit. */
export const hashView = (view: MessageView): string => createHash('sha256').update(canonicalJson(view)).digest('hex');
