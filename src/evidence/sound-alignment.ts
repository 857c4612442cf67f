import type { AudioTrackFingerprint } from '../../fingerprints/types.js';
import { type Seconds, WORD_STEP } from '../../fingerprints/units.js';
import { PITCHES } from '../matching/pitches.js';
import { bestPastShift, type PastLine } from '../past/sound-evidence.js';
import { soundSimilarity } from './similarity.js';
import type { DetectionStretch } from './stretch.js';

/** The sound is compared by stretches of this length, each where it agrees best, within so many ticks. */
const CHUNK: Seconds = 8;
const SHIFT_TICKS = 12;
/** With less evidence a stretch says nothing of where it lies, nats. */
const SAYS = 6;
/** The track and the pitch are chosen by so many stretches. */
const TRIED = 6;

/** How the sound of a stretch lies. */
export interface SoundChunk {
  readonly from: Seconds;
  readonly to: Seconds;
  /** Reference time − where the line puts it, s; null = it says nothing of that. */
  readonly shift: Seconds | null;
  /** One a word of the stream that says something. */
  readonly similarities: readonly { readonly time: Seconds; readonly similarity: number }[];
}

/** How a stream sounds: which track of the reference, and which of PITCHES. */
export interface Sounding {
  readonly track: number;
  readonly lane: number;
}

/** The track and the pitch that agree most. */
export function soundingOf(
  stretch: DetectionStretch,
  tracks: readonly AudioTrackFingerprint[],
  line: PastLine,
  from: Seconds,
  to: Seconds,
): Sounding | null {
  let best: (Sounding & { evidence: number }) | null = null;
  const step = Math.max(CHUNK, (to - from) / TRIED);
  for (const [track, { words }] of tracks.entries())
    for (const lane of PITCHES.keys()) {
      let evidence = 0;
      for (let at = from; at < to; at += step)
        evidence += bestPastShift(
          stretch.words(lane, at, Math.min(to, at + CHUNK)),
          words,
          line,
          SHIFT_TICKS,
        ).evidence;
      if (!best || evidence > best.evidence) best = { track, lane, evidence };
    }
  return best && best.evidence > SAYS ? best : null;
}

/** Compares the sound along a line, one stretch after the other. */
export function* soundChunks(
  stretch: DetectionStretch,
  reference: Uint32Array,
  line: PastLine,
  lane: number,
  from: Seconds,
  to: Seconds,
): Generator<SoundChunk> {
  for (let at = from; at < to; at += CHUNK) {
    const end = Math.min(to, at + CHUNK);
    const words = stretch.words(lane, at, end);
    const { shift, evidence } = bestPastShift(words, reference, line, SHIFT_TICKS);
    const says = evidence >= SAYS;
    const offset = line.offset + (says ? shift : 0);
    const similarities = [...words.words].flatMap((word, i) => {
      const time = words.start + i * words.step;
      const place = (line.speed * time + offset) / WORD_STEP;
      const n = Math.floor(place);
      const similarity = soundSimilarity(word, reference[n] ?? 0, reference[n + 1] ?? 0, place - n);
      return similarity === null ? [] : [{ time, similarity }];
    });
    yield { from: at, to: end, shift: says ? shift : null, similarities };
  }
}
