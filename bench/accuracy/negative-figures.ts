import { createHash } from 'node:crypto';
import type { Interval } from '../../src/domain/match.js';

export interface FalseDetection {
  readonly effort: 'thorough' | 'live';
  readonly negative: string;
  readonly kind: string;
  readonly assetId: string;
  readonly modality: string;
  readonly stream: Interval;
  readonly expectedFalsePerDay: number;
}

/** What one run said of the negatives that were its part. */
export interface NegativePart {
  /** `K/N`: every N-th of them, from the K-th on. */
  readonly part: string;
  /** s of stream. */
  readonly seconds: number;
  readonly failed: number;
  readonly found: readonly FalseDetection[];
  /** s of the longest stream of each set of source media, by a digest of their names. */
  readonly sources: Readonly<Record<string, number>>;
}

/** Parts together. */
export interface NegativeFigures {
  /** Of stream. */
  readonly hours: number;
  /** Of different source media behind it. */
  readonly sourceHours: number;
  /** With the thorough effort, and with the effort for streams. */
  readonly falseDetections: number;
  readonly liveFalseDetections: number;
  readonly failed: number;
  readonly parts: readonly NegativePart[];
}

/** What a set of source media is called in a part. */
export function sourceKey(sources: readonly string[]): string {
  return createHash('sha256').update(sources.join('\n')).digest('hex').slice(0, 12);
}

export function figuresOf(parts: readonly NegativePart[]): NegativeFigures {
  const sources = new Map<string, number>();
  for (const part of parts)
    for (const [key, seconds] of Object.entries(part.sources))
      sources.set(key, Math.max(sources.get(key) ?? 0, seconds));
  const found = parts.flatMap((part) => part.found);
  return {
    hours: sum(parts.map(({ seconds }) => seconds)) / 3600,
    sourceHours: sum([...sources.values()]) / 3600,
    falseDetections: found.filter(({ effort }) => effort === 'thorough').length,
    liveFalseDetections: found.filter(({ effort }) => effort === 'live').length,
    failed: sum(parts.map(({ failed }) => failed)),
    parts,
  };
}

/** Adds parts to those that are known of as many: one that is there again takes the place of the one before. */
export function withParts(before: NegativeFigures | null, now: NegativeFigures): NegativeFigures {
  const all = (part: NegativePart) => part.part.split('/')[1];
  const kept = (before?.parts ?? []).filter((part) =>
    now.parts.every((other) => all(other) === all(part) && other.part !== part.part),
  );
  return figuresOf(
    [...kept, ...now.parts].sort((a, b) => a.part.localeCompare(b.part, 'en', { numeric: true })),
  );
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
