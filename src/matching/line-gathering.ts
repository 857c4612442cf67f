import type { Seconds } from '../../fingerprints/units.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import {
  type AudioLine,
  audioEvidence,
  readWordsAlong,
  streamTimeOfWord,
  type WordsAlong,
} from './audio-evidence.js';
import type { FollowedLine } from './line.js';
import { pictureEvidence, type RowsAlong, readRowsAlong, weighPictures } from './picture-evidence.js';
import type { StreamMemory } from './stream-memory.js';

/**
 * The sound that a word speaks for reaches from this far before its time to this far after: it compares 256 ms
 * with those 80 ms earlier. Measured at splices: the mean error of both ends is then nothing.
 */
export const WORD_BEFORE: Seconds = 0.2;
export const WORD_AFTER: Seconds = 0.1;

/** Adds to each line the evidence of a stretch of stream: by comparing at the place where it should be. */
export async function gather(
  index: ReferenceIndex,
  memory: StreamMemory,
  lines: readonly FollowedLine[],
  from: Seconds,
  to: Seconds,
): Promise<void> {
  const heard = lines.filter((line) => line.track !== null);
  const words = await readWordsAlong(index, heard.map(audioLineOf), from, to);
  words.forEach((along, i) => {
    hear(memory, heard[i]!, along);
  });
  await gatherPictures(index, memory, lines, from, to);
  for (const line of lines) {
    line.followedUntil = to;
    if (line.audio.current || line.pictures.current) line.aliveAt = to;
  }
}

/** The same for the pictures alone. */
export async function gatherPictures(
  index: ReferenceIndex,
  memory: StreamMemory,
  lines: readonly FollowedLine[],
  from: Seconds,
  to: Seconds,
): Promise<void> {
  const rows = await readRowsAlong(index, lines, from, to, 0);
  rows.forEach((along, i) => {
    see(memory, lines[i]!, along, from, to);
  });
}

export function audioLineOf(line: FollowedLine): AudioLine {
  const { fingerprintId, offset, speed, track, pitch } = line;
  if (track === null) throw new TypeError('a line that was not heard has no sound track');
  return { fingerprintId, offset, speed, track, pitch };
}

function hear(memory: StreamMemory, line: FollowedLine, along: WordsAlong): void {
  const evidence = new Float32Array(along.count);
  audioEvidence(memory, along, 0, evidence);
  for (let i = 0; i < along.count; i++) {
    const time = streamTimeOfWord(line, along.first + i);
    line.audio.add(time - WORD_BEFORE, time + WORD_AFTER, evidence[i]!);
  }
}

function see(memory: StreamMemory, line: FollowedLine, along: RowsAlong, from: Seconds, to: Seconds): void {
  for (const { picture, weight, start, end } of weighPictures(memory, from, to, line.view.box))
    line.pictures.add(start, end, weight * pictureEvidence(along, picture, line.view, 0, 1));
}
