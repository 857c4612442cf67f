/** The zone that the reader's browser is set to: `Europe/Madrid`. */
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export const isUtc = new Date().getTimezoneOffset() === 0 && !/\//.test(ZONE.replace('Etc/', ''));

const two = (value: number) => String(value).padStart(2, '0');

/** `2026-11-25` in the reader's zone. */
export function localDate(millis: number): string {
  const date = new Date(millis);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** `00:30:05` in the reader's zone. */
export function localTime(millis: number): string {
  const date = new Date(millis);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export const utcDate = (millis: number) => new Date(millis).toISOString().slice(0, 10);
export const utcTime = (millis: number) => new Date(millis).toISOString().slice(11, 19);

/** A place in a work: `1:02.5`, `1:00:02.5`. */
export function place(seconds: number): string {
  const tenths = Math.round(Math.max(0, seconds) * 10);
  const hours = Math.floor(tenths / 36_000);
  const minutes = Math.floor(tenths / 600) % 60;
  const rest = `${two(Math.floor(tenths / 10) % 60)}.${tenths % 10}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** A place in a reference: of a live one, whose places are times since 1970 (UTC), the time. */
export const placeOf = (seconds: number) =>
  seconds > 1e8 ? `${utcTime(seconds * 1000)} UTC` : place(seconds);

/** A length in words: `24 s`, `1 min 24 s`, `2 h 5 min`, `3 d 4 h`. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return withRest(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86_400) return withRest(Math.floor(whole / 3600), 'h', Math.floor(whole / 60) % 60, 'min');
  return withRest(Math.floor(whole / 86_400), 'd', Math.floor(whole / 3600) % 24, 'h');
}

function withRest(value: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${value} ${unit}` : `${value} ${unit} ${rest} ${restUnit}`;
}

export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = -1;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function bitRate(perSecond: number): string {
  return perSecond >= 1e6
    ? `${(perSecond / 1e6).toFixed(1)} Mbit/s`
    : `${Math.round(perSecond / 1000)} kbit/s`;
}

/** `1 title`, `12 titles`. */
export const many = (count: number, one: string, more = `${one}s`) =>
  `${count.toLocaleString('en')} ${count === 1 ? one : more}`;

/** The start of a text, for places that have no room for all of it; characters are kept whole. */
export function brief(text: string, length = 80): string {
  if (text.length <= length) return text;
  return `${[...text.slice(0, length * 2)].slice(0, length - 1).join('')}…`;
}

/** A text without what changes the direction of what follows, for a canvas, which isolates nothing. */
export const plain = (text: string) =>
  brief(text, 120).replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ');
