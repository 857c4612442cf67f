import type { Detection } from '../domain/match.js';

/** `2026-11-25 00:30:05` */
export function utcDateTime(millis: number): string {
  return new Date(millis).toISOString().slice(0, 19).replace('T', ' ');
}

/** `00:30:05` */
export function utcTime(millis: number): string {
  return new Date(millis).toISOString().slice(11, 19);
}

/** A place in a work: `1:02.5`, `1:00:02.5`. */
export function place(seconds: number): string {
  const tenths = Math.round(Math.max(0, seconds) * 10);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(tenths / 36_000);
  const minutes = Math.floor(tenths / 600) % 60;
  const rest = `${two(Math.floor(tenths / 10) % 60)}.${tenths % 10}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** A length in words: `24 s`, `1 min 24 s`, `2 h 5 min`. */
export function length(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return withRest(Math.floor(whole / 60), 'min', whole % 60, 's');
  return withRest(Math.floor(whole / 3600), 'h', Math.floor(whole / 60) % 60, 'min');
}

function withRest(value: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${value} ${unit}` : `${value} ${unit} ${rest} ${restUnit}`;
}

/** What was recognised. */
export function modality({ modality }: Pick<Detection, 'modality'>): string {
  return { both: 'picture and sound', video: 'picture', audio: 'sound' }[modality];
}

export function speed({ speed }: Pick<Detection, 'speed'>): string {
  const percent = (speed - 1) * 100;
  if (Math.abs(percent) < 0.05) return 'as in the reference';
  return `${Math.abs(percent).toFixed(1)} % ${percent > 0 ? 'faster' : 'slower'}`;
}

/** Below this a person should look before anything is done. */
const SURE = 0.2;

export const isSure = ({ score }: Pick<Detection, 'score'>) => score >= SURE;

/** How sure a detection is, in two words. */
export function confidence({ score }: Pick<Detection, 'score'>): string {
  if (score >= 0.6) return 'very strong';
  if (score >= 0.4) return 'strong';
  if (score >= SURE) return 'good';
  return 'check by eye';
}

/** How seldom chance alone would bring about such a detection. */
export function rarity({ expectedFalsePerDay }: Pick<Detection, 'expectedFalsePerDay'>): string {
  const often = expectedFalsePerDay;
  if (!(often > 0)) return 'chance alone would practically never do this';
  if (often > 1) return `chance alone does this ${Math.round(often)} times a day on one stream`;
  const days = 1 / often;
  const years = days / 365.25;
  if (years >= 1e6) return 'chance alone does this less than once in a million years of one stream';
  const period =
    years >= 2
      ? `${Math.round(years).toLocaleString('en')} years`
      : `${Math.max(1, Math.round(days))} ${days < 1.5 ? 'day' : 'days'}`;
  return `chance alone does this about once in ${period} of one stream`;
}

/** An address without what could be a secret: user, password and the values of the query. */
export function address(url: string): string {
  try {
    const { protocol, host, pathname, search } = new URL(url);
    return `${protocol}//${host}${pathname}${search === '' ? '' : '?…'}`;
  } catch {
    return url;
  }
}
