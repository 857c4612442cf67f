import type { Static } from 'typebox';
import type { FoundDetection } from '../../detections/search/detection-search.js';
import type { Coverage } from '../../domain/ledger.js';
import type { Detection } from '../../domain/match.js';
import {
  type Alignment,
  type Constellation,
  type FramePair,
  type Had,
  type LandmarkHit,
  type MediaState,
  type SideSound,
  spectrogramOf,
} from '../../evidence/index.js';
import { timeOf } from '../route.js';
import type { AlignmentItem, FactsItem, FramesItem, SpectrogramItem } from './evidence-schema.js';

export function alignmentItem(
  { speed, reference }: Detection,
  { reason, from, to, points, perSecond, hits, view }: Alignment,
): Static<typeof AlignmentItem> {
  return {
    available: reason === null,
    reason,
    line: { speed, offset: reference.start },
    from,
    to,
    points: points.map((point) => ({ ...point })),
    perSecond: perSecond.map(({ sound, picture }, second) => ({ t: from + second, sound, picture })),
    hits: hits.map(([time, referenceTime]) => [time, referenceTime]),
    view: view && {
      x0: view.box.x0,
      y0: view.box.y0,
      x1: view.box.x1,
      y1: view.box.y1,
      mirrored: view.mirrored,
      ofReference: view.region === 0 ? 'whole' : 'centre',
    },
  };
}

/** @param isSure whether it is known where the media lie; null = there are none */
export function framesItem(
  { time: { start } }: Detection,
  pairs: readonly FramePair[],
  { state, reason }: MediaState,
  isSure: boolean | null,
): Static<typeof FramesItem> {
  return {
    media: {
      state,
      reason: reason === '' ? null : reason,
      placed: isSure === null ? null : isSure ? 'exactly' : 'by-the-clock',
    },
    items: pairs.map(({ time, referenceTime, stream, reference }, n) => ({
      n,
      time: time === null ? null : timeOf(Math.round(start + 1000 * time)),
      streamTime: time,
      referenceTime,
      stream: { available: stream === null, reason: stream },
      reference: { available: reference === null, reason: reference },
    })),
  };
}

export function spectrogramItem(
  detection: Detection,
  side: 'stream' | 'reference',
  both: Constellation,
  from: number,
  to: number,
  sound: Had<Int16Array>,
): Static<typeof SpectrogramItem> {
  const { reason, peaks, words }: SideSound = both[side];
  const image = sound.reason === null ? spectrogramOf(sound.value) : null;
  const at = (time: number) =>
    side === 'stream' ? time : detection.reference.start + detection.speed * time;
  const other = side === 'stream' ? 'reference' : 'stream';
  const pair = (hit: LandmarkHit, of: 'stream' | 'reference') => [[...hit[of].first], [...hit[of].second]];
  return {
    available: reason === null || image !== null,
    reason: image === null ? reason : null,
    from: at(from),
    to: at(to),
    image: image && { ...image, pixels: Buffer.from(image.pixels).toString('base64') },
    imageReason: sound.reason,
    peaks: peaks.map((peak) => [...peak]),
    words: words && { ...words, words: [...words.words] },
    agreeing: both.agreeing.map((hit) => ({ own: pair(hit, side), other: pair(hit, other) })),
  };
}

export function factsItem(
  { detection, host }: FoundDetection,
  coverage: readonly Coverage[],
  { state, reason, card }: MediaState,
): Static<typeof FactsItem> {
  const { stream, time } = detection;
  const segments = card?.segments ?? [];
  return {
    stream: { ...stream, host: host === '' ? null : host },
    coverage: coverage
      .filter((line) => line.time.end >= time.start && line.time.start <= time.end)
      .map((line) => ({
        start: timeOf(line.time.start),
        end: timeOf(line.time.end),
        state: line.state,
        reason: line.reason,
      })),
    capture: {
      available: state === 'ready',
      reason: reason === '' ? null : reason,
      probe: segments[0]?.content.probe ?? null,
      segments: segments.map(({ content: { sequence, capture, sha256, bytes, media, source } }) => ({
        sequence,
        firstByte: capture.start,
        lastByte: capture.end,
        sha256,
        bytes,
        duration: media.duration,
        programDateTime: media.programDateTime,
        url: source.url,
        redirects: [...source.redirects],
        ip: source.ip,
        network: source.asn,
        country: source.country,
        status: source.status,
        headers: { ...source.headers },
        tls: source.tls,
      })),
    },
  };
}
