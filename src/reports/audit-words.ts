import { nameList, oneLine } from '../reviews/plain.ts';

/** One row of the trail as its sentence sees it. */
export interface Told {
  data: Record<string, unknown>;
  /** Text of people is left out: the work is confidential, and everybody may read the trail. */
  closed: boolean;
  review: string;
  alert: string;
  /** A person's short name from their key. */
  name(key: unknown): string;
  /** A local time of the team's zone. */
  local(at: unknown): string;
}

/** A text of `data`, as one line; empty where there is none. */
export const text = ({ data }: Told, key: string): string => (typeof data[key] === 'string' ? oneLine(data[key]) : '');

export const number = ({ data }: Told, key: string): number => (typeof data[key] === 'number' ? data[key] : 0);

export const list = ({ data }: Told, key: string): string[] => {
  const value = data[key];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string').map((each) => oneLine(each)) : [];
};

/** What a person wrote, quoted after a colon; nothing where there is nothing or it is not for everybody. */
export const said = (told: Told, key: string): string => {
  const words = text(told, key);
  return words === '' || told.closed ? '' : `: "${words}"`;
};

/** The first twelve characters of a hash, as `approve --hash` takes them. */
export const short = (told: Told, key: string): string =>
  text(told, key)
    .replace(/^sha256:/, '')
    .slice(0, 12);

export const plural = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;

/** `; brief.md changed` for what a folder differs in; empty where nothing is noted. */
export const differences = (told: Told): string => {
  const parts = ['changed', 'added', 'removed'].flatMap((how) => {
    const paths = list(told, how);
    return paths.length > 0 ? [`${nameList(paths)} ${how}`] : [];
  });
  return parts.length > 0 ? `: ${parts.join(', ')}` : '';
};
