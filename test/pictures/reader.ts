import { clockText, dayText, type Here } from '#src/message/clock-words.ts';

/** For whom a picture is drawn: their moment and zone, and what their Slack calls the people it knows. */
export interface PictureReader extends Here {
  nameOf: (userId: string) => string;
}

const STEPS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** `{ago}` as Slack says it: one unit, rounded. */
function ago(seconds: number): string {
  const [unit, size] = STEPS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1];
  return relative.format(Math.round(seconds / size), unit);
}

/** The tokens of a date leaf that we use, filled in for the reader, with a capital where it begins; throws for any other, so that none is drawn blank. */
export function dateText(format: string, timestamp: number, reader: PictureReader): string {
  const at = new Date(timestamp * 1000);
  const near = / ?\d\d:\d\d$/;
  const text = format.replace(/\{(\w+)\}/g, (_all, token: string) => {
    switch (token) {
      case 'time':
        return clockText(at, reader).slice(-5);
      case 'date_short_pretty': {
        const day = clockText(at, reader).replace(near, '');
        return /^(today|yesterday|tomorrow)$/.test(day)
          ? day
          : new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: reader.zone }).format(at);
      }
      case 'date_long_pretty':
        return dayText(at, reader);
      case 'ago':
        return ago((at.getTime() - reader.now.getTime()) / 1000);
      default:
        throw new Error(`nobody knows how Slack shows {${token}}`);
    }
  });
  return format.startsWith('{') ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
