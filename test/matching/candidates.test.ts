import { describe, expect, it } from 'vitest';
import { fingerprintId } from '../../src/domain/ids.js';
import type { Interval } from '../../src/domain/match.js';
import { candidatesOf, evidenceOf, modalityOf } from '../../src/matching/candidates.js';
import { FollowedLine } from '../../src/matching/line.js';
import { FAINT_COST } from '../../src/matching/settings.js';
import { PLAIN } from '../../src/matching/view.js';

const KNOWN = { start: 0, end: 100 };

function line(id: string, offset: number): FollowedLine {
  return new FollowedLine(fingerprintId(id), { offset, speed: 1 }, 0, 0, PLAIN, 1000, 1, 0);
}

/** One nat for each tenth of a second. */
function hear(target: FollowedLine, start: number, end: number): void {
  for (let t = start; t < end - 1e-9; t += 0.1) target.audio.add(t, t + 0.1, 1);
}

function see(target: FollowedLine, start: number, end: number, evidence: number): void {
  for (let t = start; t < end; t += 2) target.pictures.add(t, t + 2, evidence);
}

describe('candidates', () => {
  it('join what is heard and seen on one line, and guess no ends beyond what the sound tells', () => {
    const both = line('a', 0);
    hear(both, 10.3, 20.1);
    see(both, 9.8, 19, 5);
    const [candidate, ...rest] = candidatesOf([both], KNOWN);
    expect(rest).toEqual([]);
    expect(candidate?.stream.start).toBeCloseTo(10.3, 5);
    expect(candidate?.stream.end).toBeCloseTo(20.1, 5);
    expect(modalityOf(candidate!)).toBe('both');
    expect(evidenceOf(candidate!)).toBeCloseTo(98 + 25, 5);
  });

  it('count for less by sound that only faint landmarks nominated, each stretch of it', () => {
    const faint = line('a', 0);
    faint.faint = true;
    hear(faint, 10, 20);
    hear(faint, 60, 80);
    const evidence = () => candidatesOf([faint], KNOWN).map(evidenceOf);
    const [first, second] = evidence();
    faint.faint = false;
    expect(evidence()[0]).toBeCloseTo(first! + FAINT_COST, 5);
    expect(evidence()[1]).toBeCloseTo(second! + FAINT_COST, 5);
  });

  it('reach as far as a picture that matches beyond the sound', () => {
    const both = line('a', 0);
    hear(both, 10, 20);
    see(both, 10, 40, 5);
    expect(candidatesOf([both], KNOWN)[0]?.stream).toEqual({ start: 10, end: 39 });
  });

  it('reach as far as was compared when the stream has ended and little speaks against that', () => {
    const covered = line('a', 0);
    covered.audio.add(0, 1, -0.5);
    hear(covered, 1, 9);
    covered.audio.add(9, 10, -0.5);
    const goesOn = candidatesOf([covered], { start: 0, end: 10 })[0]!.stream;
    expect(goesOn.start).toBeCloseTo(1.2, 1);
    expect(goesOn.end).toBeCloseTo(8.8, 1);
    expect(candidatesOf([covered], { start: 0, end: 10 }, true)[0]?.stream).toEqual({ start: 0, end: 10 });
  });

  it('do not reach to where comparing began in the middle of a stream', () => {
    const covered = line('a', 0);
    covered.audio.add(49, 50, -0.5);
    hear(covered, 50, 100);
    expect(candidatesOf([covered], KNOWN, true)[0]?.stream.start).toBeCloseTo(50.2, 1);
  });

  it('of one reference that compete for a time are reduced to the strongest', () => {
    const right = line('a', 0);
    const echo = line('a', 8);
    hear(right, 0, 30);
    hear(echo, 10, 20);
    expect(candidatesOf([right, echo], KNOWN).map((candidate) => candidate.line.offset)).toEqual([0]);
  });

  it('of different references stand side by side', () => {
    const one = line('a', 0);
    const other = line('b', 5);
    hear(one, 0, 30);
    hear(other, 10, 20);
    expect(candidatesOf([one, other], KNOWN).map((candidate) => candidate.line.fingerprintId)).toEqual([
      'a',
      'b',
    ]);
  });

  it('of the same reference twice in a row stay apart', () => {
    const first = line('a', 0);
    const second = line('a', -30);
    hear(first, 0, 30);
    hear(second, 30, 60);
    expect(
      candidatesOf([first, second], KNOWN).map((candidate) => Math.round(candidate.stream.start)),
    ).toEqual([0, 30]);
  });

  it('may still grow while a run of theirs lives, and not after', () => {
    const one = line('a', 0);
    hear(one, 0, 20);
    expect(candidatesOf([one], KNOWN).map((candidate) => candidate.open)).toEqual([true]);
    one.audio.add(60, 60.1, 1);
    expect(candidatesOf([one], KNOWN).map((candidate) => candidate.open)).toEqual([false]);
  });

  it('never reach beyond the stream that was looked at', () => {
    const all = line('a', 0);
    hear(all, -0.1, 120);
    expect(candidatesOf([all], KNOWN)[0]?.stream).toEqual(KNOWN);
  });

  it('reach over what says nothing to the ends of a stream that has ended, if that is short', () => {
    const streamOf = (known: Interval, ended = true) => {
      const seen = line('a', 0);
      see(seen, 10, 20, 5);
      return candidatesOf([seen], known, ended)[0]?.stream;
    };
    expect(streamOf({ start: 8, end: 22 })).toEqual({ start: 8, end: 22 });
    expect(streamOf({ start: 6, end: 24 })).toEqual({ start: 10, end: 20 });
    expect(streamOf({ start: 8, end: 22 }, false)).toEqual({ start: 10, end: 20 });
  });

  it('that are only seen reach to the end of a stream that has ended, unless pictures speak against that', () => {
    const endOf = (end: number, ended: boolean, more?: (target: FollowedLine) => void) => {
      const seen = line('a', 0);
      see(seen, 10, 20, 5);
      more?.(seen);
      return candidatesOf([seen], { start: 0, end }, ended)[0]?.stream.end;
    };
    expect(endOf(21.3, true)).toBe(21.3);
    expect(endOf(21.3, false)).toBe(20);
    expect(endOf(19.4, true)).toBe(19.4);
    expect(endOf(21.3, true, (seen) => seen.pictures.add(20, 21, -2))).toBe(21.3);
    expect(endOf(21.3, true, (seen) => seen.pictures.add(20, 21, -9))).toBeLessThan(21);
    expect(endOf(23.3, true, (seen) => hear(seen, 10, 19.9))).toBeCloseTo(19.9, 5);
    expect(endOf(21.3, true, (seen) => hear(seen, 10, 19.9))).toBe(21.3);
  });

  it('never reach beyond the reference', () => {
    const short = new FollowedLine(fingerprintId('a'), { offset: -5, speed: 1 }, 0, 0, PLAIN, 10, 1, 0);
    see(short, 4, 18, 5);
    expect(candidatesOf([short], KNOWN)[0]?.stream).toEqual({ start: 5, end: 15 });
  });
});
