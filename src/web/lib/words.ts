import type { Detection, Modality, ReviewState, StreamState } from '../api/types.js';

/** What was recognised. */
export const modalityWords: Readonly<Record<Modality, string>> = {
  both: 'Picture and sound',
  video: 'Picture',
  audio: 'Sound',
};

export const stateWords: Readonly<Record<StreamState, string>> = {
  live: 'Live',
  stalled: 'Stalled',
  gone: 'Gone',
  unknown: 'Unknown',
};

export const reviewWords: Readonly<Record<ReviewState, string>> = {
  none: 'To review',
  confirmed: 'Confirmed',
  rejected: 'Rejected',
  licensed: 'Licensed',
  'second-opinion': 'Second opinion',
};

export const classifiedWords: Readonly<Record<string, string>> = {
  alert: 'Alerted',
  recorded: 'Recorded',
  licensed: 'Licensed re-broadcast',
  ignored: 'Ignored by policy',
};

/** How sure a detection is, in two words. */
export function confidence(score: number): string {
  if (score >= 0.6) return 'Very strong';
  if (score >= 0.4) return 'Strong';
  if (score >= 0.2) return 'Good';
  return 'Check by eye';
}

/** How seldom chance alone would bring about such a detection. */
export function rarity(expectedFalsePerDay: number): string {
  if (!(expectedFalsePerDay > 0)) return 'Chance alone would practically never do this.';
  if (expectedFalsePerDay > 1)
    return `Chance alone does this ${Math.round(expectedFalsePerDay)} times a day on one stream.`;
  const days = 1 / expectedFalsePerDay;
  const years = days / 365.25;
  if (years >= 1e6) return 'Chance alone does this less than once in a million years of one stream.';
  const period =
    years >= 2
      ? `${Math.round(years).toLocaleString('en')} years`
      : `${Math.max(1, Math.round(days))} ${days < 1.5 ? 'day' : 'days'}`;
  return `Chance alone does this about once in ${period} of one stream.`;
}

export function speedWords(speed: number): string {
  const percent = (speed - 1) * 100;
  if (Math.abs(percent) < 0.05) return 'As in the reference';
  return `${Math.abs(percent).toFixed(1)} % ${percent > 0 ? 'faster' : 'slower'}`;
}

/** What was done to the work, as far as it was found: `mirrored, 4.0 % faster`. */
export function changes({
  mirrored,
  speed,
  modality,
}: Pick<Detection, 'mirrored' | 'speed' | 'modality'>): string[] {
  const found: string[] = [];
  if (mirrored) found.push('Mirrored');
  if (Math.abs(speed - 1) >= 0.0005) found.push(speedWords(speed));
  if (modality === 'audio') found.push('Other pictures');
  if (modality === 'video') found.push('Other sound');
  return found;
}
