/**
 * The words of a moment as the server says them (src/message/clock-words.ts), so that a page left open stays true.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `0.4 s`, `45 s`, `12 min`, `3 h 40 min`, `2 days`. @param {number} ms @returns {string} */
export function lengthWords(ms) {
  const size = Math.abs(ms);
  if (size < 10_000) return `${(size / 1000).toFixed(1)} s`;
  if (size < MINUTE) return `${Math.floor(size / 1000)} s`;
  if (size < HOUR) return `${Math.floor(size / MINUTE)} min`;
  if (size < DAY) {
    const minutes = Math.floor((size % HOUR) / MINUTE);
    return `${Math.floor(size / HOUR)} h${minutes > 0 ? ` ${minutes} min` : ''}`;
  }
  const days = Math.floor(size / DAY);
  return `${days} ${days === 1 ? 'day' : 'days'}`;
}

/**
 * The words for a moment, or null for a form that this script does not know (the server's words then stay).
 * @param {string} at ISO 8601 @param {string | undefined} form @param {number} now @param {string | undefined} zone IANA name
 * @returns {string | null}
 */
export function timeWords(at, form, now, zone) {
  const then = Date.parse(at);
  const away = then - now;
  if (Number.isNaN(then)) return null;
  switch (form) {
    case 'clock':
      return clockWords(then, now, zone);
    case 'moment':
      return `${clockWords(then, now, zone)} (${Math.abs(away) < 1000 ? 'now' : awayWords(away)})`;
    case 'ago':
      return awayWords(away);
    case 'due':
      return away > 0 ? `due in ${lengthWords(away)}` : `overdue for ${lengthWords(away)}`;
    case 'day':
      return dayWords(then, now, zone);
    default:
      return null;
  }
}

/** @param {number} away */
const awayWords = (away) => (away <= 0 ? `${lengthWords(away)} ago` : `in ${lengthWords(away)}`);

/** @param {number} then @param {number} now @param {string | undefined} zone */
function clockWords(then, now, zone) {
  const { day, clock } = localParts(then, zone);
  const today = localParts(now, zone).day;
  const word = { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[String(Math.round((day - today) / DAY))];
  return `${word ?? dayWords(then, now, zone)} ${clock}`;
}

/** @param {number} then @param {number} now @param {string | undefined} zone */
function dayWords(then, now, zone) {
  const { year, weekday, date, month } = localParts(then, zone);
  return year === localParts(now, zone).year ? `${weekday} ${date} ${month}` : `${date} ${month} ${year}`;
}

/** `Saturday 21 November 2026`, as a day begins in a channel. @param {string} at @param {string | undefined} zone */
export function longDayWords(at, zone) {
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' };
  const words = new Intl.DateTimeFormat('en-GB', { ...parts, ...(zone ? { timeZone: zone } : {}) });
  return words.format(Date.parse(at)).replace(',', '');
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string | undefined} zone */
function formatOf(zone) {
  const found = formats.get(zone ?? '');
  if (found) return found;
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  };
  const made = new Intl.DateTimeFormat('en-GB', { ...parts, hourCycle: 'h23', ...(zone ? { timeZone: zone } : {}) });
  formats.set(zone ?? '', made);
  return made;
}

/** A moment as the calendar of the zone has it; `day` is its date as an instant, to count days. @param {number} at @param {string | undefined} zone */
function localParts(at, zone) {
  const parts = formatOf(zone).formatToParts(at);
  /** @param {Intl.DateTimeFormatPartTypes} type */
  const part = (type) => parts.find((each) => each.type === type)?.value ?? '';
  const [date, month, year] = [part('day'), part('month'), part('year')];
  const clock = `${part('hour')}:${part('minute')}`;
  return {
    weekday: part('weekday'),
    date,
    month,
    year,
    clock,
    day: Date.parse(`${date} ${month.slice(0, 3)} ${year} UTC`),
  };
}

/** The zone that this part of the page speaks in. @param {Element | null} near @returns {string | undefined} */
export const zoneOf = (near) => near?.closest('[data-zone]')?.getAttribute('data-zone') ?? undefined;

/** Says every moment anew where the page names its zone, touching only those whose words have changed. @param {ParentNode} root */
export function refreshTimes(root) {
  const now = Date.now();
  for (const element of root.querySelectorAll('[data-zone] time[data-form]')) {
    const time = /** @type {HTMLTimeElement} */ (element);
    const words = timeWords(time.dateTime, time.dataset.form, now, zoneOf(time));
    if (words !== null && words !== time.textContent) time.textContent = words;
  }
}
