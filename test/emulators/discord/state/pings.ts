import { textsOf } from '../rules/walk.ts';
import type { Json } from '../shapes.ts';
import type { Realm } from './realm.ts';

const listed = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/**
 * Whom a body calls: what its text mentions, so far as `allowed_mentions` lets it. Without that, everything in the text
 * does. `everyone` and roles need a right of their own.
 */
export function pingsOf(realm: Realm, body: Json, mayCallAll: boolean): string[] {
  const text = textsOf(body).join('\n');
  const allowed = typeof body.allowed_mentions === 'object' ? (body.allowed_mentions as Json | null) : null;
  const may = (kind: string, id?: string): boolean => {
    if (!allowed) return true;
    return listed(allowed.parse).includes(kind) || (id !== undefined && listed(allowed[kind]).includes(id));
  };
  const users = [...text.matchAll(/<@!?(\d+)>/g)].map(([, id = '']) => id).filter((id) => may('users', id));
  const roles = [...text.matchAll(/<@&(\d+)>/g)].map(([, id = '']) => id).filter((id) => may('roles', id));
  const all = [...text.matchAll(/@(everyone|here)\b/g)].map(([, word = '']) => word).filter(() => may('everyone'));
  const known = users.filter((id) => realm.users.has(id));
  return [...new Set([...known, ...(mayCallAll ? [...roles.filter((id) => realm.roles.has(id)), ...all] : [])])];
}
