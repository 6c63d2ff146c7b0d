import type { PictureReader } from '../reader.ts';

const STYLES: Record<string, Intl.DateTimeFormatOptions> = {
  t: { timeStyle: 'short' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  s: { dateStyle: 'short', timeStyle: 'short' },
};
const STEPS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** A timestamp as Discord's client fills it in; throws for a form that we do not use, so that none is drawn wrong. */
export function momentText(seconds: number, form: string, { now, zone }: PictureReader): string {
  const away = seconds - now.getTime() / 1000;
  if (form === 'R') {
    const [unit, size] = STEPS.find(([, each]) => Math.abs(away) >= each) ?? (['second', 1] as const);
    return relative.format(Math.round(away / size), unit);
  }
  const style = STYLES[form];
  if (!style) throw new Error(`nobody knows how Discord shows <t:${seconds}:${form}>`);
  return new Intl.DateTimeFormat('en-GB', { ...style, timeZone: zone }).format(new Date(seconds * 1000));
}
