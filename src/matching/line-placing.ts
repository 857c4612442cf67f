import type { Seconds } from '../../fingerprints/units.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import { type AudioLine, bestShift, readWordsAlong } from './audio-evidence.js';
import type { FollowedLine } from './line.js';
import { audioLineOf } from './line-gathering.js';
import { NEAR, nearestShift, readRowsAlong, spread, weighPictures } from './picture-evidence.js';
import { nearestPitch } from './pitches.js';
import { SPEEDS } from './search-plan.js';
import { HEARD_FROM, MEMORY, WINDOW } from './settings.js';
import { bestSpeed } from './sound-search.js';
import type { StreamMemory } from './stream-memory.js';

/** A line that was only seen is placed by the pictures of the last so many seconds. */
const PLACE_BY: Seconds = 24;
/** So many of them are enough to tell places far apart. */
const FAR_PICTURES = 12;
/** A line found by its pictures is heard, if at all, within this many ticks (± 1 s) of where it was seen. */
const HEAR_WITHIN_TICKS = 62;
/** A line that is heard is looked for within this many ticks of where it should be … */
const DRIFT_TICKS = 3;
/** … and at speed 1 left alone as long as it lies within this: clocks are good. */
const STEADY: Seconds = 0.024;
/** From this far apart on two places tell the speed. */
const SPEED_SPAN: Seconds = 6;
/** Bits a picture by which another speed must be nearer than the present one. */
const SPEED_GAIN = 0.5;

/** Pictures over a shorter time than this do not tell one speed from another. */
const MIN_SPEED_SPAN: Seconds = 8;

/** Keeps lines that are heard where their sound is: speeds are only roughly known when a line is found. */
export async function tune(
  index: ReferenceIndex,
  memory: StreamMemory,
  lines: readonly FollowedLine[],
  to: Seconds,
): Promise<void> {
  const alongs = await readWordsAlong(index, lines.map(audioLineOf), to - WINDOW, to);
  alongs.forEach((along, i) => {
    const line = lines[i]!;
    const { shift, evidence } = bestShift(memory, along, DRIFT_TICKS);
    if (evidence < HEARD_FROM) return;
    const at = to - WINDOW / 2;
    if (line.speed !== 1 || Math.abs(shift) > STEADY) line.adjust(at, shift, SPEED_SPAN);
    line.hold(at);
  });
}

/**
 * The speed of a line that was just heard, from ever longer stretches back in time, as long as they agree: over
 * 8 s a speed is known to some 0.002, over a minute to 0.0003.
 */
export async function fitSpeed(
  index: ReferenceIndex,
  memory: StreamMemory,
  line: FollowedLine,
  remembered: Seconds,
  to: Seconds,
): Promise<void> {
  if (line.speed === 1) return;
  let evidence = 0;
  for (let span = 2 * WINDOW; span < 2 * MEMORY; span *= 2) {
    const from = Math.max(remembered, to - span);
    const [along] = await readWordsAlong(index, [audioLineOf(line)], from, to);
    if (!along) return;
    const best = bestSpeed(memory, along, to - WINDOW / 2, 0.016 / span, 8);
    if (best.evidence <= evidence) return;
    evidence = best.evidence;
    line.speed = best.speed;
    line.offset = best.offset;
    if (from === remembered) return;
  }
}

/**
 * Tries lines that were only seen by ear, which places them exactly.
 * @returns those that were heard
 */
export async function listen(
  index: ReferenceIndex,
  memory: StreamMemory,
  lines: readonly FollowedLine[],
  to: Seconds,
): Promise<FollowedLine[]> {
  const from = to - WINDOW;
  const middle = to - WINDOW / 2;
  const tries = lines.flatMap((line) =>
    soundsAt(line.speed).flatMap(({ speed, pitch }) =>
      Array.from({ length: line.audioTracks }, (_, track) => {
        const offset = line.referenceTime(middle) - speed * middle;
        return { line, tried: { fingerprintId: line.fingerprintId, track, speed, pitch, offset } };
      }),
    ),
  );
  const best = new Map<FollowedLine, AudioLine & { evidence: number }>();
  const alongs = await readWordsAlong(
    index,
    tries.map(({ tried }) => tried),
    from,
    to,
  );
  alongs.forEach((along, i) => {
    const { line, tried } = tries[i]!;
    const { shift, evidence } = bestShift(memory, along, HEAR_WITHIN_TICKS);
    if (evidence < Math.max(HEARD_FROM, best.get(line)?.evidence ?? 0)) return;
    best.set(line, { ...tried, offset: tried.offset + shift, evidence });
  });
  for (const [line, { track, pitch, offset, speed }] of best) {
    line.track = track;
    line.pitch = pitch;
    line.moveTo(offset, speed);
  }
  return [...best.keys()];
}

/** How a line that was seen at some speed may sound: its pitch follows the speed, or does not. */
function soundsAt(seen: number): { speed: number; pitch: number }[] {
  const follow = [seen, ...SPEEDS].map((speed) => ({ speed, pitch: nearestPitch(speed) }));
  return seen === 1 ? follow : [...follow, { speed: seen, pitch: nearestPitch(1) }];
}

/**
 * Places lines that were only seen anew as more pictures come: few tell place and speed badly.
 * @param within s that a scene may lie away
 * @returns lines that turned out to lie elsewhere, to be compared anew
 */
export async function placeSeen(
  index: ReferenceIndex,
  memory: StreamMemory,
  lines: readonly FollowedLine[],
  to: Seconds,
  within: Seconds,
): Promise<FollowedLine[]> {
  const moved: FollowedLine[] = [];
  // A line that has run for longer than is remembered could not be compared anew.
  const far = strongestOfEach(lines.filter((line) => line.pictures.current!.start > to - MEMORY));
  const alongs = await readRowsAlong(index, lines, to - PLACE_BY, to, within);
  alongs.forEach((along, i) => {
    const line = lines[i]!;
    const { start } = line.pictures.current!;
    const pictures = weighPictures(memory, to - PLACE_BY, to, line.view.box);
    const matched = pictures.filter((picture) => picture.start >= start);
    if (matched.length === 0) return;
    const { shift } = far.has(line)
      ? nearestShift(along, spread(matched, FAR_PICTURES), line.view, within)
      : nearestShift(along, matched, line.view, NEAR);
    if (Math.abs(shift) > NEAR) {
      line.moveTo(line.offset + shift, line.speed);
      moved.push(line);
      return;
    }
    line.offset += shift;
    const first = matched[0]!.picture.time;
    const last = matched.at(-1)!.picture.time;
    if (last - first < MIN_SPEED_SPAN) return;
    const middle = (first + last) / 2;
    const few = spread(matched, FAR_PICTURES);
    const fits = [line.speed, ...SPEEDS].map((speed) => {
      const turned = { ...along.line, speed, offset: line.referenceTime(middle) - speed * middle };
      return { speed, ...nearestShift({ ...along, line: turned }, few, line.view, NEAR) };
    });
    const best = fits.reduce((a, b) => (b.distance < a.distance - SPEED_GAIN * few.length ? b : a));
    if (best.speed === line.speed) return;
    line.moveTo(line.referenceTime(middle) - best.speed * middle + best.shift, best.speed);
    moved.push(line);
  });
  return moved;
}

function strongestOfEach(lines: readonly FollowedLine[]): Set<FollowedLine> {
  const strongest = new Map<string, FollowedLine>();
  for (const line of lines) {
    const known = strongest.get(line.fingerprintId);
    if (!known || line.evidence > known.evidence) strongest.set(line.fingerprintId, line);
  }
  return new Set(strongest.values());
}
