import { type Seconds, TICK, WORD_STEP } from '../../fingerprints/units.js';
import { compareWords } from '../../fingerprints/words.js';
import type { FingerprintId } from '../domain/ids.js';
import type { ReferenceIndex, WordRange } from '../reference-index/reference-index.js';
import type { Line } from './line.js';
import type { StreamMemory } from './stream-memory.js';

/** A line through one sound track of a reference. */
export interface AudioLine extends Line {
  readonly track: number;
  /** Index in PITCHES of the stream's words that it is compared with. */
  readonly pitch: number;
}

/** The reference's words along a line while the stream goes from one time to another. */
export interface WordsAlong {
  readonly line: AudioLine;
  /** Number of the first word compared; `words` holds one more in front of it. */
  readonly first: number;
  readonly count: number;
  readonly words: Uint32Array;
}

/** Reads the words of many lines in one go. */
export async function readWordsAlong(
  index: ReferenceIndex,
  lines: readonly AudioLine[],
  from: Seconds,
  to: Seconds,
): Promise<WordsAlong[]> {
  const spans = lines.map((line) => {
    const first = Math.max(0, Math.ceil((line.speed * from + line.offset) / WORD_STEP));
    const end = Math.max(first, Math.ceil((line.speed * to + line.offset) / WORD_STEP));
    return { line, first, count: end - first };
  });
  const words = await index.readWords(
    spans.map(
      ({ line, first, count }): WordRange => ({
        fingerprintId: line.fingerprintId as FingerprintId,
        track: line.track,
        first: first - 1,
        count: count + 1,
      }),
    ),
  );
  return spans.map((span, i) => ({ ...span, words: words[i]! }));
}

/** Where reference word n of a line lies in the stream, s. */
export function streamTimeOfWord(line: Line, n: number): Seconds {
  return (n * WORD_STEP - line.offset) / line.speed;
}

/**
 * Evidence that the stream's sound is the reference's along a line, nats.
 * @param shift added to the line's offset, s
 * @param out one value a word, when given
 */
export function audioEvidence(
  memory: StreamMemory,
  along: WordsAlong,
  shift: Seconds,
  out: Float32Array | null,
): number {
  const { line, first, count } = along;
  const at = (first * WORD_STEP - line.offset - shift) / line.speed / TICK - memory.firstTick;
  return compareWords(along.words, 1, count, memory.words(line.pitch), at, out, line.speed);
}

/**
 * The shift within ± `ticks` ticks at which the sound agrees best, and the evidence there. It is placed between
 * ticks by the parabola through its neighbours, so that it does not jump where two ticks are as good.
 * @param worthPlacing where no third tick has this much evidence, the best of them stands
 */
export function bestShift(
  memory: StreamMemory,
  along: WordsAlong,
  ticks: number,
  worthPlacing = Number.NEGATIVE_INFINITY,
): { shift: Seconds; evidence: number } {
  const at = (k: number) => audioEvidence(memory, along, k * TICK, null);
  let best = 0;
  let evidence = at(0);
  const tryAt = (k: number) => {
    const other = at(k);
    if (other < evidence || (other === evidence && Math.abs(k) >= Math.abs(best))) return;
    best = k;
    evidence = other;
  };
  // Windows of 256 ms change little in a tick or two: every third tick first, then around the best of those.
  for (let k = COARSE; k <= ticks; k += COARSE) {
    tryAt(k);
    tryAt(-k);
  }
  if (evidence < worthPlacing) return { shift: best * TICK, evidence };
  const coarse = best;
  for (let k = 1; k < COARSE; k++) {
    tryAt(coarse + k);
    tryAt(coarse - k);
  }
  return { shift: (best + vertex(at(best - 1), evidence, at(best + 1))) * TICK, evidence };
}

/** Ticks. */
const COARSE = 3;

/** Where the parabola through three neighbouring values is highest, −0.5 … 0.5 from the middle one. */
function vertex(left: number, middle: number, right: number): number {
  const bend = left - 2 * middle + right;
  return bend < 0 ? Math.min(0.5, Math.max(-0.5, (left - right) / (2 * bend))) : 0;
}
