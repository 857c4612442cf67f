import type { Seconds } from '../../fingerprints/units.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import {
  type AudioLine,
  audioEvidence,
  bestShift,
  readWordsAlong,
  streamTimeOfWord,
  type WordsAlong,
} from './audio-evidence.js';
import { FollowedLine, total } from './line.js';
import {
  NEAR,
  nearestShift,
  pictureEvidence,
  type RowsAlong,
  readRowsAlong,
  spread,
  weighPictures,
} from './picture-evidence.js';
import type { Run } from './run-detector.js';
import { type Effort, FOLLOW_FROM, MEMORY, MODALITY_FROM, PATIENCE, WINDOW } from './settings.js';
import type { StreamMemory } from './stream-memory.js';
import type { FoundLine } from './window-search.js';

/** Two lines of one reference that lie nearer than this are the same: sound is placed exactly, pictures not. */
const SAME_LINE_SOUND: Seconds = 0.1;
const SAME_LINE_PICTURES: Seconds = 0.8;
/**
 * The sound that a word speaks for reaches from this far before its time to this far after: it compares 256 ms
 * with those 80 ms earlier. Measured at splices: the mean error of both ends is then nothing.
 */
const WORD_BEFORE: Seconds = 0.2;
const WORD_AFTER: Seconds = 0.1;
/** A line that was only seen is placed by the pictures of the last so many seconds. */
const PLACE_BY: Seconds = 24;
/** So many of them are enough to tell places far apart. */
const FAR_PICTURES = 12;
/** A line found by its pictures is heard, if at all, within this many ticks (± 1 s) of where it was seen. */
const HEAR_WITHIN_TICKS = 62;

/** Follows lines through a stream by comparing at the place where each should be: no look-ups. */
export class LineFollower {
  #lines: FollowedLine[] = [];
  #dropped = 0;

  constructor(
    private readonly index: ReferenceIndex,
    private readonly memory: StreamMemory,
    private readonly effort: Effort,
  ) {}

  get lines(): readonly FollowedLine[] {
    return this.#lines;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Adds the evidence of a stretch of stream to every line that still runs.
   * @param remembered the stream is remembered from here on, s
   */
  async follow(remembered: Seconds, from: Seconds, to: Seconds): Promise<void> {
    const running = this.#lines.filter((line) => isRunning(line, from));
    await this.#gather(running, from, to);
    const onlySeen = running.filter((line) => line.track === null && line.pictures.current !== null);
    for (const line of await this.#place(onlySeen, to)) await this.#gather([line], remembered, to);
    await this.#listen(onlySeen, to);
    this.#lines = this.#lines.filter((line) => running.includes(line) || hasMatched(line));
    for (const line of this.#lines) forget(line, to - this.effort.keepRuns);
  }

  /** Whether living runs that have proved themselves cover a stretch. */
  explained(from: Seconds, to: Seconds): { sound: boolean; pictures: boolean } {
    const covers = (run: Run | null) =>
      run !== null && run.start <= from && run.end >= to - 1 && run.score >= 3 * MODALITY_FROM;
    return {
      sound: this.#lines.some((line) => covers(line.audio.current)),
      pictures: this.#lines.some((line) => covers(line.pictures.current)),
    };
  }

  /** Takes lines up that are not followed yet, and follows them back through what is remembered. */
  async adopt(found: readonly FoundLine[], remembered: Seconds, from: Seconds, to: Seconds): Promise<void> {
    const adopted: FollowedLine[] = [];
    for (const line of found) {
      const known = [...this.#lines, ...adopted].find((other) => isSame(other, line, from));
      if (known) {
        if (known.followedUntil < to)
          await this.#gather([known], Math.max(remembered, known.followedUntil), to);
        continue;
      }
      const facts = await this.index.fingerprint(line.fingerprintId);
      if (!facts) continue;
      adopted.push(
        new FollowedLine(
          line.fingerprintId,
          line.offset,
          line.speed,
          line.track,
          facts.duration,
          facts.audioTracks,
          to,
        ),
      );
    }
    await this.#listen(
      adopted.filter((line) => line.track === null),
      to,
    );
    await this.#gather(adopted, remembered, to);
    for (const line of adopted) line.aliveAt = to;
    this.#lines.push(...adopted);
    this.#bound();
  }

  /** A line that was seen is tried by ear, which places it exactly. */
  async #listen(lines: readonly FollowedLine[], to: Seconds): Promise<void> {
    const from = to - WINDOW;
    const tries = lines.flatMap((line) =>
      Array.from({ length: line.audioTracks }, (_, track) => ({ line, track })),
    );
    const alongs = await readWordsAlong(this.index, tries.map(audioLine), from, to);
    alongs.forEach((along, i) => {
      const { line, track } = tries[i]!;
      const { shift, evidence } = bestShift(this.memory, along, HEAR_WITHIN_TICKS);
      if (line.track !== null || evidence < FOLLOW_FROM) return;
      line.track = track;
      line.offset += shift;
    });
  }

  /**
   * A line that was only seen is placed anew as more pictures come: few tell a place badly.
   * @returns lines that turned out to lie elsewhere, to be compared anew
   */
  async #place(lines: readonly FollowedLine[], to: Seconds): Promise<FollowedLine[]> {
    const within = this.effort.placeWithin;
    const pictures = weighPictures(this.memory, to - PLACE_BY, to);
    if (pictures.length === 0) return [];
    const moved: FollowedLine[] = [];
    // A line that has run for longer than is remembered could not be compared anew.
    const far = strongestOfEach(lines.filter((line) => line.pictures.current!.start > to - MEMORY));
    const alongs = await readRowsAlong(this.index, lines, to - PLACE_BY, to, within);
    alongs.forEach((along, i) => {
      const line = lines[i]!;
      const { start } = line.pictures.current!;
      const matched = pictures.filter((picture) => picture.start >= start);
      const shift = far.has(line)
        ? nearestShift(along, spread(matched, FAR_PICTURES), line.mirrored, within)
        : nearestShift(along, matched, line.mirrored, NEAR);
      if (Math.abs(shift) <= NEAR) line.offset += shift;
      else {
        line.moveTo(line.offset + shift);
        moved.push(line);
      }
    });
    return moved;
  }

  async #gather(lines: readonly FollowedLine[], from: Seconds, to: Seconds): Promise<void> {
    const heard = lines.filter((line) => line.track !== null);
    const words = await readWordsAlong(
      this.index,
      heard.map((line) => audioLine({ line, track: line.track! })),
      from,
      to,
    );
    words.forEach((along, i) => {
      this.#hear(heard[i]!, along);
    });
    const rows = await readRowsAlong(this.index, lines, from, to, 0);
    rows.forEach((along, i) => {
      this.#see(lines[i]!, along, from, to);
    });
    for (const line of lines) {
      line.followedUntil = to;
      if (line.audio.current || line.pictures.current) line.aliveAt = to;
    }
  }

  #hear(line: FollowedLine, along: WordsAlong): void {
    const evidence = new Float32Array(along.count);
    audioEvidence(this.memory, along, 0, evidence);
    for (let i = 0; i < along.count; i++) {
      const time = streamTimeOfWord(line, along.first + i);
      line.audio.add(time - WORD_BEFORE, time + WORD_AFTER, evidence[i]!);
    }
  }

  #see(line: FollowedLine, along: RowsAlong, from: Seconds, to: Seconds): void {
    for (const { picture, weight, start, end } of weighPictures(this.memory, from, to)) {
      line.video.add(start, end, weight * pictureEvidence(along, picture, false, 0));
      line.mirroredVideo.add(start, end, weight * pictureEvidence(along, picture, true, 0));
    }
  }

  #bound(): void {
    if (this.#lines.length <= this.effort.maxLines) return;
    this.#dropped += this.#lines.length - this.effort.maxLines;
    this.#lines.sort((a, b) => strength(b) - strength(a));
    this.#lines.length = this.effort.maxLines;
  }
}

function audioLine({ line, track }: { line: FollowedLine; track: number }): AudioLine {
  return { fingerprintId: line.fingerprintId, offset: line.offset, speed: line.speed, track };
}

function isSame(line: FollowedLine, other: FoundLine, at: Seconds): boolean {
  if (line.fingerprintId !== other.fingerprintId) return false;
  const apart = Math.abs(line.referenceTime(at) - (other.speed * at + other.offset));
  return apart < (other.track === null || line.track === null ? SAME_LINE_PICTURES : SAME_LINE_SOUND);
}

function hasMatched(line: FollowedLine): boolean {
  return line.audio.closed.length + line.video.closed.length + line.mirroredVideo.closed.length > 0;
}

function isRunning(line: FollowedLine, at: Seconds): boolean {
  return at - line.aliveAt < PATIENCE;
}

function strongestOfEach(lines: readonly FollowedLine[]): Set<FollowedLine> {
  const strongest = new Map<string, FollowedLine>();
  for (const line of lines) {
    const known = strongest.get(line.fingerprintId);
    if (!known || strength(line) > strength(known)) strongest.set(line.fingerprintId, line);
  }
  return new Set(strongest.values());
}

function strength(line: FollowedLine): number {
  return total(line.audio) + total(line.pictures);
}

function forget(line: FollowedLine, before: Seconds): void {
  for (const detector of [line.audio, line.video, line.mirroredVideo]) detector.forget(before);
}
