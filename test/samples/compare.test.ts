import { describe, expect, it } from 'vitest';
import { compare, type FoundDetection } from '../../samples/compare.js';
import type { Truth, TruthEntry } from '../../samples/truth.js';
import { verdictLines, verdictSentence } from '../../samples/verdict.js';

const FROM = Date.UTC(2026, 0, 1);

function entry(
  assetId: string | null,
  start: number,
  end: number,
  more: Partial<TruthEntry> = {},
): TruthEntry {
  return {
    assetId,
    title: assetId ?? 'advert',
    streamStart: start,
    streamEnd: end,
    referenceStart: assetId ? 5 : null,
    speed: 1,
    modality: 'both',
    mirrored: false,
    transformation: 're-encoded',
    expected: assetId ? 'detected' : 'nothing',
    ...more,
  };
}

function truth(...programme: TruthEntry[]): Truth {
  const clean = { id: 'clean', name: 'Clean', seconds: 80, programme: [entry(null, 0, 80)] };
  return {
    version: 1,
    catalogue: 'demo',
    channels: [{ id: 'one', name: 'One', seconds: 80, programme }, clean],
  };
}

function found(
  assetId: string,
  start: number,
  end: number,
  more: Partial<FoundDetection> = {},
): FoundDetection {
  const utc = (seconds: number) => new Date(FROM + 1000 * seconds).toISOString();
  return {
    stream: { id: 'one' },
    assetId,
    title: assetId,
    modality: 'both',
    start: utc(start),
    end: utc(end),
    reference: { start: 5, end: 5 + end - start },
    mirrored: false,
    ...more,
  };
}

const PLAIN = truth(entry(null, 0, 10), entry('film', 10, 30), entry('show', 30, 50));

describe('comparing what was found with what was planted', () => {
  it('passes when everything is in its place', () => {
    const result = compare(PLAIN, [found('film', 10, 30), found('show', 30, 50)], FROM);
    expect(result.passed).toBe(true);
    expect(verdictSentence(result)).toMatch(/^All 2 clips/);
  });

  it('passes when the times of a whole channel are late by some seconds, and says by how many', () => {
    const result = compare(PLAIN, [found('film', 13, 33.4), found('show', 33, 52.8)], FROM);
    expect(result.passed).toBe(true);
    expect(result.lateness.get('one')).toBeCloseTo(3, 1);
    expect(result.lateness.get('clean')).toBeNull();
  });

  it('fails when a channel is late by more than a segment and its polls can explain', () => {
    expect(compare(PLAIN, [found('film', 21, 41), found('show', 41, 61)], FROM).passed).toBe(false);
  });

  it('fails when a clip is missing', () => {
    const result = compare(PLAIN, [found('film', 10, 30)], FROM);
    expect(result.entries.map(({ verdict }) => verdict)).toEqual(['found', 'missing']);
    expect(result.passed).toBe(false);
    expect(verdictLines(result).join('\n')).toContain('not found');
  });

  it('fails when an end, or the place in the reference, is off by more than 2 s', () => {
    const early = compare(PLAIN, [found('film', 10, 27), found('show', 30, 50)], FROM);
    expect(early.entries[0]!.problems.join()).toContain('end off by -3.0 s');
    const elsewhere = found('film', 10, 30, { reference: { start: 9, end: 29 } });
    expect(compare(PLAIN, [elsewhere, found('show', 30, 50)], FROM).passed).toBe(false);
  });

  it('fails when something is found where it did not run, above all on a clean channel', () => {
    const both = [found('film', 10, 30), found('show', 30, 50)];
    expect(compare(PLAIN, [...both, found('other', 60, 70)], FROM).unexpected).toHaveLength(1);
    const onClean = found('film', 20, 40, { stream: { id: 'clean' } });
    expect(compare(PLAIN, [...both, onClean], FROM).passed).toBe(false);
  });

  it('fails when one clip is found in two pieces', () => {
    const pieces = [found('film', 10, 30), found('film', 31, 33), found('show', 30, 50)];
    expect(compare(PLAIN, pieces, FROM).passed).toBe(false);
  });

  it('tells two stretches of one film apart', () => {
    const twice = truth(entry('film', 10, 30), entry('film', 40, 60, { referenceStart: 25 }));
    const second = found('film', 40, 60, { reference: { start: 25, end: 45 } });
    expect(compare(twice, [second, found('film', 10, 30)], FROM).passed).toBe(true);
  });

  it('asks pictures alone to be found as such, mirrored, with ends within 3 s', () => {
    const silent = truth(entry('film', 10, 30, { modality: 'video', mirrored: true }));
    const seen = (more: Partial<FoundDetection>) =>
      compare(silent, [found('film', 12.8, 30, { modality: 'video', mirrored: true, ...more })], FROM).passed;
    expect(seen({ reference: { start: 7.8, end: 25 } })).toBe(true);
    expect(seen({ mirrored: false })).toBe(false);
    expect(seen({ modality: 'both' })).toBe(false);
  });
});
