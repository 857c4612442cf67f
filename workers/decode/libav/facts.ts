import type { Seconds } from '../../../fingerprints/units.js';
import { announcesDuration } from '../containers.js';
import type { TrackFacts } from '../selection.js';
import type { Input } from './input.js';
import type { Library } from './library.js';

/** What the choice of tracks needs to know. */
export function trackFacts({ lib, K }: Library, input: Input): TrackFacts[] {
  return input.streams.map((stream) => {
    const { codecId, codecType } = stream.codecpar;
    const is = (...flags: number[]) => flags.some((flag) => (stream.disposition & flag) !== 0);
    return {
      index: stream.index,
      kind:
        codecType === K.AVMEDIA_TYPE_VIDEO ? 'video' : codecType === K.AVMEDIA_TYPE_AUDIO ? 'audio' : 'other',
      codec: lib.avGetCodecName(codecId) ?? 'unknown',
      decodable: lib.Codec.findDecoder(codecId) !== null,
      isDefault: is(K.AV_DISPOSITION_DEFAULT),
      isCover: is(
        K.AV_DISPOSITION_ATTACHED_PIC,
        K.AV_DISPOSITION_TIMED_THUMBNAILS,
        K.AV_DISPOSITION_STILL_IMAGE,
      ),
      isExtra: is(
        K.AV_DISPOSITION_COMMENT,
        K.AV_DISPOSITION_HEARING_IMPAIRED,
        K.AV_DISPOSITION_VISUAL_IMPAIRED,
        K.AV_DISPOSITION_DESCRIPTIONS,
      ),
    };
  });
}

/** About how long it is, for those who wait; null = not known. */
export function expectedSeconds({ K }: Library, { context }: Input): Seconds | null {
  const duration = Number(context.duration) / K.AV_TIME_BASE;
  return duration > 0 ? duration : null;
}

/** Seconds that the header announces; null = nothing that can be trusted. */
export function announcedSeconds({ K }: Library, input: Input): Seconds | null {
  const { context, container, streams } = input;
  const listsSamples = streams.some((stream) => stream.nbFrames > 0n);
  const duration = Number(context.duration) / K.AV_TIME_BASE;
  return announcesDuration(container, listsSamples) && duration > 0 ? duration : null;
}
