import type { Seconds } from '../../fingerprints/units.js';
import type { DetectionStore, StillSide } from '../detections/detection-store.js';
import type { Detection } from '../domain/match.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import { type Excerpts, type Had, shows } from './excerpts.js';
import { NOT_REGISTERED, type Referred, referredBy, streamTimeOf } from './referred.js';

/** Pairs of one detection, at most; of more, every so many-th. */
const MOST_PAIRS = 120;

/** One side of a pair: null = it is there, else why not. */
export type Missing = string | null;

/** A picture of the stream, and that of the reference at the same place. */
export interface FramePair {
  /** Seconds from the start of the detection; null = not known. */
  readonly time: Seconds | null;
  readonly referenceTime: Seconds | null;
  readonly stream: Missing;
  readonly reference: Missing;
}

export interface FrameServices {
  readonly store: Pick<DetectionStore, 'still'>;
  readonly index: Pick<ReferenceIndex, 'references' | 'still' | 'stillTimes'>;
  readonly excerpts: Excerpts;
}

interface Place {
  readonly part: Referred;
  /** Of the still, in its fingerprint. */
  readonly inPart: Seconds;
  readonly time: Seconds;
}

/** Pictures of both sides of a detection. The first pair was taken when it was found, and is kept with it. */
export class Frames {
  constructor(private readonly services: FrameServices) {}

  async pairs(detection: Detection): Promise<FramePair[]> {
    const [first, places] = [await this.#keptPair(detection), await this.#places(detection)];
    const media = places.length > 0 ? await this.services.excerpts.places(detection) : null;
    const isShown = (time: Seconds) => media?.some((segment) => shows(segment, time));
    return [
      first,
      ...places.map(({ part, inPart, time }) => ({
        time,
        referenceTime: part.zero + inPart,
        stream: isShown(time)
          ? null
          : media
            ? 'The media of that moment are not kept.'
            : 'The media are not here.',
        reference: null,
      })),
    ];
  }

  /** @param n number of the pair */
  async frame(detection: Detection, n: number, side: StillSide): Promise<Had<Uint8Array>> {
    const { store, index, excerpts } = this.services;
    if (n === 0) {
      const still = store.still(detection.id, side);
      return still
        ? { reason: null, value: still.jpeg }
        : { reason: await this.#whyNotKept(detection, side) };
    }
    const place = (await this.#places(detection))[n - 1];
    if (!place) return { reason: `There is no pair ${n}.` };
    if (side === 'stream') return excerpts.frame(detection, place.time);
    const still = await index.still(place.part.fingerprintId, place.inPart);
    return still ? { reason: null, value: still.jpeg } : { reason: NO_STILLS };
  }

  async #keptPair(detection: Detection): Promise<FramePair> {
    const { store } = this.services;
    const reference = store.still(detection.id, 'reference');
    const [part] = reference ? await referredBy(this.services.index, detection) : [];
    const referenceTime = reference && part ? part.zero + reference.time : null;
    return {
      time: referenceTime === null ? null : streamTimeOf(detection, referenceTime),
      referenceTime,
      stream: store.still(detection.id, 'stream') ? null : await this.#whyNotKept(detection, 'stream'),
      reference: reference ? null : await this.#whyNotKept(detection, 'reference'),
    };
  }

  /** Where the reference has pictures, within the detection. */
  async #places(detection: Detection): Promise<Place[]> {
    const places: Place[] = [];
    const length = (detection.time.end - detection.time.start) / 1000;
    for (const part of await referredBy(this.services.index, detection))
      for (const inPart of await this.services.index.stillTimes(part.fingerprintId)) {
        const time = streamTimeOf(detection, part.zero + inPart);
        if (time >= 0 && time <= length) places.push({ part, inPart, time });
      }
    const every = Math.ceil(places.length / MOST_PAIRS);
    return places.filter((_, i) => i % every === 0);
  }

  async #whyNotKept(detection: Detection, side: StillSide): Promise<string> {
    if (side === 'stream') return 'No picture of the stream was taken.';
    const [part] = await referredBy(this.services.index, detection);
    if (!part) return NOT_REGISTERED;
    const times = await this.services.index.stillTimes(part.fingerprintId);
    return times.length === 0 ? NO_STILLS : 'No picture of the reference lies near enough.';
  }
}

const NO_STILLS = 'The reference has no pictures: only its fingerprint was registered, or it has only sound.';
