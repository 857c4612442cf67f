import type { Box } from '../../fingerprints/picture-box.js';
import type { Seconds } from '../../fingerprints/units.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { FoundLine } from './found-line.js';
import { FollowedLine } from './line.js';
import { gather, gatherPictures } from './line-gathering.js';
import { fitSpeed, listen, placeSeen, tune } from './line-placing.js';
import { lookAround } from './line-viewing.js';
import type { Run } from './run-detector.js';
import {
  DOUBT_FROM,
  type Effort,
  PATIENCE,
  PROVEN_FROM,
  SAME_LINE_PICTURES,
  SAME_LINE_SOUND,
  WINDOW,
} from './settings.js';
import type { StreamMemory } from './stream-memory.js';

/** A match that ended this recently is a reason to look closely. */
const JUST_ENDED: Seconds = 12;

/** The stretch of stream that a step is about, and what is remembered of it. */
export interface Step {
  readonly remembered: Seconds;
  readonly from: Seconds;
  readonly to: Seconds;
}

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
   * @param boxes parts of the picture in which lines that are heard and not seen are looked for
   */
  async follow({ remembered, from, to }: Step, boxes: () => readonly Box[]): Promise<void> {
    const { index, memory } = this;
    const running = this.#lines.filter((line) => from - line.aliveAt < PATIENCE);
    const heard = running.filter((line) => line.track !== null && line.audio.current);
    await tune(index, memory, heard, to);
    await gather(index, memory, running, from, to);
    const onlySeen = running.filter((line) => line.track === null && line.pictures.current);
    const moved = await placeSeen(index, memory, onlySeen, to, this.effort.placeWithin);
    const nowHeard = await listen(index, memory, onlySeen, to);
    await gather(index, memory, [...new Set([...moved, ...nowHeard])], remembered, to);
    await this.#lookAround(
      heard.filter((line) => line.audio.current && !line.pictures.current),
      boxes,
      { remembered, to },
    );
    this.#lines = this.#lines.filter((line) => running.includes(line) || hasMatched(line));
    for (const line of this.#lines) line.forget(to - this.effort.keepRuns);
  }

  /** Whether living runs that have proved themselves cover a stretch. */
  explained(from: Seconds, to: Seconds): { sound: boolean; pictures: boolean } {
    const covers = (run: Run | null) =>
      run !== null && run.start <= from && run.end >= to - 1 && run.score >= PROVEN_FROM;
    return {
      sound: this.#lines.some((line) => covers(line.audio.current)),
      pictures: this.#lines.some((line) => covers(line.pictures.current)),
    };
  }

  /** Whether there is a reason to look closely: a line in doubt, or a match that just ended. */
  hasReason(to: Seconds): boolean {
    return this.#lines.some((line) => {
      const { evidence } = line;
      if (evidence < DOUBT_FROM) return false;
      if (evidence < PROVEN_FROM) return to - line.aliveAt < WINDOW;
      const { end } = line;
      return end < to - 2 && end > to - JUST_ENDED;
    });
  }

  /** Takes lines up that are not followed yet, and follows them back through what is remembered. */
  async adopt(
    found: readonly FoundLine[],
    { remembered, to }: Step,
    boxes: () => readonly Box[],
  ): Promise<void> {
    const { index, memory } = this;
    const adopted: FollowedLine[] = [];
    for (const line of found) {
      const known = [...this.#lines, ...adopted].find((other) => isSame(other, line, to - WINDOW / 2));
      if (known) {
        if (known.followedUntil < to)
          await gather(index, memory, [known], Math.max(remembered, known.followedUntil), to);
        continue;
      }
      const facts = await index.fingerprint(line.fingerprintId);
      if (!facts) continue;
      const { fingerprintId, track, pitch, view } = line;
      adopted.push(
        new FollowedLine(fingerprintId, line, track, pitch, view, facts.duration, facts.audioTracks, to),
      );
    }
    await listen(
      index,
      memory,
      adopted.filter((line) => line.track === null),
      to,
    );
    for (const line of adopted) {
      if (line.track === null) continue;
      await fitSpeed(index, memory, line, remembered, to);
      line.hold(to - WINDOW / 2);
    }
    await gather(index, memory, adopted, remembered, to);
    await this.#lookAround(adopted, boxes, { remembered, to });
    for (const line of adopted) line.aliveAt = to;
    this.#lines.push(...adopted);
    this.#bound();
  }

  async #lookAround(
    lines: readonly FollowedLine[],
    boxes: () => readonly Box[],
    { remembered, to }: Omit<Step, 'from'>,
  ): Promise<void> {
    if (lines.length === 0) return;
    const changed = await lookAround(this.index, this.memory, lines, boxes(), to);
    await gatherPictures(this.index, this.memory, changed, remembered, to);
  }

  #bound(): void {
    if (this.#lines.length <= this.effort.maxLines) return;
    this.#dropped += this.#lines.length - this.effort.maxLines;
    this.#lines.sort((a, b) => b.evidence - a.evidence);
    this.#lines.length = this.effort.maxLines;
  }
}

function isSame(line: FollowedLine, other: FoundLine, at: Seconds): boolean {
  if (line.fingerprintId !== other.fingerprintId) return false;
  const apart = Math.abs(line.referenceTime(at) - (other.speed * at + other.offset));
  return apart < (other.track === null || line.track === null ? SAME_LINE_PICTURES : SAME_LINE_SOUND);
}

function hasMatched(line: FollowedLine): boolean {
  return line.audio.closed.length + line.pictures.closed.length > 0;
}
