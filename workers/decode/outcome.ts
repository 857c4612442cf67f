import type { Seconds } from '../../fingerprints/units.js';
import type { AudioReport, DecodeReport, VideoReport } from '../protocol.js';
import { hasNoIndex } from './containers.js';
import type { Continuity } from './continuity.js';
import type { DecodeOutcome } from './decoder.js';
import { notMedia } from './input-file.js';
import type { Warnings } from './warnings.js';

/** Differences below this are how media are made: tracks rarely begin and end together. */
const NOTEWORTHY: Seconds = 0.5;

/** What a decoder has counted when it is through with an input. */
export interface Tally {
  readonly container: string;
  /** The packets of all tracks that were looked at, in the order of the input. */
  readonly all: Continuity;
  /** There is a track of pictures, looked at or not. */
  readonly hasPictures: boolean;
  /** Seconds that the container announces; null = it does not, or cannot be trusted to. */
  readonly announced: Seconds | null;
  /** Where the input was cut because it is longer than allowed; null = it was not. */
  readonly cutAfter: Seconds | null;
  readonly discontinuities: number;
  readonly video: VideoTally | null;
  readonly audio: readonly AudioTally[];
}

export interface VideoTally {
  readonly report: VideoReport;
  /** Every packet of the track, wanted or not. */
  readonly packets: Continuity;
  readonly frames: Continuity;
  readonly dense: boolean;
  /** Key packets, and how many of them gave a picture; only where not dense. */
  readonly keys: { readonly packets: number; readonly pictures: number };
  readonly refused: number;
  readonly concealed: number;
}

export interface AudioTally {
  readonly report: AudioReport;
  readonly packets: Continuity;
  /** Where the decoded sound ends: packets do not always say how long they last. */
  readonly end: Seconds | null;
  readonly refused: number;
}

/**
 * Works out from the counts how much of the input is missing, and says so.
 * @throws TaskFailure SP_INPUT_NOT_MEDIA when it is no more than what some decoder took for sound at first
 */
export function outcomeOf(path: string, tally: Tally, warnings: Warnings): DecodeOutcome {
  if (
    !tally.hasPictures &&
    tally.audio.some((a) => a.refused > 0) &&
    tally.audio.every((a) => a.end === null)
  )
    throw notMedia(path, `nothing in it can be decoded, though it looks like ${tally.container}`);
  const rows = [...(tally.video ? [tally.video.packets] : []), ...tally.audio.map((a) => a.packets)];
  const start = Math.min(...rows.map((r) => r.first ?? Number.POSITIVE_INFINITY));
  const ends = [...rows.map((r) => r.last), ...tally.audio.map((a) => a.end)];
  const reached = Math.max(...ends.map((end) => end ?? Number.NEGATIVE_INFINITY));
  if (!Number.isFinite(start)) return emptyOutcome(tally, warnings);
  const end = endOf(tally, start, reached, warnings);
  const video = tally.video ? missingVideo(tally.video, start, end, byDesign(tally, tally.video, start)) : 0;
  const sound = tally.audio[0];
  const audio = sound ? Math.max(0, end - start - sound.report.seconds - byDesign(tally, sound, start)) : 0;
  const missing = { video: noteworthy(video), audio: noteworthy(audio) };
  warn(tally, missing, end - start, warnings);
  return { start, end, report: reportOf(tally, end - start, missing, warnings) };
}

function emptyOutcome(tally: Tally, warnings: Warnings): DecodeOutcome {
  const seconds = tally.announced ?? 0;
  const missing = { video: tally.video ? seconds : 0, audio: tally.audio.length > 0 ? seconds : 0 };
  warn(tally, missing, seconds, warnings);
  return { start: 0, end: seconds, report: reportOf(tally, seconds, missing, warnings) };
}

function reportOf(
  tally: Tally,
  duration: Seconds,
  missing: DecodeReport['missing'],
  warnings: Warnings,
): DecodeReport {
  return {
    container: tally.container,
    duration,
    video: tally.video?.report ?? null,
    audio: tally.audio.map((a) => a.report),
    missing,
    warnings: warnings.list(),
  };
}

function endOf(tally: Tally, start: Seconds, reached: Seconds, warnings: Warnings): Seconds {
  if (tally.cutAfter !== null) return Math.min(reached, start + tally.cutAfter);
  const announced = tally.announced === null ? reached : start + tally.announced;
  if (announced - reached <= NOTEWORTHY) return reached;
  warnings.add(
    `The container announces ${(announced - start).toFixed(1)} s, but ${(reached - start).toFixed(1)} s are there.`,
  );
  return announced;
}

/**
 * Seconds of the holes between the packets of a track that are how the media was made: a container with an
 * index may begin a track late, leave it out for a while, and show a picture as long as it likes. What is missing of all
 * tracks at once is damage even there.
 */
function byDesign(tally: Tally, track: VideoTally | AudioTally, start: Seconds): Seconds {
  if (hasNoIndex(tally.container)) return 0;
  const late = Math.max(0, (track.packets.first ?? start) - start);
  const isVideoAlone = track === tally.video && tally.audio.length === 0;
  const holes = isVideoAlone ? track.packets.holes : Math.max(0, track.packets.holes - tally.all.holes);
  return late + holes;
}

function missingVideo(v: VideoTally, start: Seconds, end: Seconds, holesByDesign: Seconds): Seconds {
  if (v.dense) return Math.max(0, v.frames.missing(start, end) - holesByDesign);
  const lostKeys = Math.max(0, v.keys.packets - v.keys.pictures);
  const keyDistance = ((v.packets.last ?? 0) - (v.packets.first ?? 0)) / Math.max(1, v.keys.packets);
  const packets = Math.max(0, v.packets.missing(start, end) - holesByDesign);
  return Math.min(end - start, packets + lostKeys * keyDistance);
}

const noteworthy = (seconds: Seconds) => (seconds < NOTEWORTHY ? 0 : Math.round(seconds * 1000) / 1000);

function warn(tally: Tally, missing: DecodeReport['missing'], duration: Seconds, warnings: Warnings): void {
  if (tally.cutAfter !== null)
    warnings.add(`The input is longer than the ${tally.cutAfter} s that are allowed: it was cut there.`);
  if (tally.discontinuities > 0)
    warnings.add(`The time stamps jumped ${times(tally.discontinuities)}: the time line was joined there.`);
  const v = tally.video;
  if (v && v.refused > 0) warnings.add(`The decoder refused ${v.refused} packets of the pictures.`);
  if (v && v.concealed > 0) warnings.add(`${v.concealed} pictures are damaged in part.`);
  for (const [track, a] of tally.audio.entries())
    if (a.refused > 0) warnings.add(`The decoder refused ${a.refused} packets of sound track ${track}.`);
  for (const kind of ['video', 'audio'] as const) {
    const what = kind === 'video' ? 'picture' : 'sound';
    if (missing[kind] > 0)
      warnings.add(
        `${missing[kind].toFixed(1)} of ${duration.toFixed(1)} s of ${what} could not be decoded.`,
      );
  }
}

const times = (n: number) => (n === 1 ? 'once' : `${n} times`);
