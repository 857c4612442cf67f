import fs from 'node:fs/promises';
import { SAMPLE_RATE, type Seconds } from '../../fingerprints/units.js';
import type { Detection } from '../domain/match.js';
import { DEFAULT_LIMITS } from '../media/limits.js';
import { STILL_AFTER } from '../media/still-moment.js';
import { codeOf } from '../storage/disk-errors.js';
import type { EvidenceCard } from './media-files.js';
import { type PlacedSegment, type PlacingServices, placeMedia } from './media-places.js';
import type { StreamMedia } from './stream-media.js';

/** Places that are remembered. */
const MOST_REMEMBERED = 200;
/** A frame or a sound waits for media that are being fetched, ms. */
const PATIENCE = 12_000;

/** Something, or why it is not there. */
export type Had<T> = { readonly reason: null; readonly value: T } | { readonly reason: string };

export interface ExcerptServices extends Pick<PlacingServices, 'pool' | 'index'> {
  readonly media: StreamMedia;
}

/** Pictures and sound of the media of detections, at the moments that they are to show. */
export class Excerpts {
  readonly #places = new Map<string, Promise<readonly PlacedSegment[]>>();

  constructor(private readonly services: ExcerptServices) {}

  /** The picture that the stream showed at a moment. @param time s from the start of the detection */
  async frame(detection: Detection, time: Seconds): Promise<Had<Uint8Array>> {
    const { media, pool } = this.services;
    const { reason, card } = await media.within(PATIENCE, detection);
    if (!card) return { reason };
    const placed = await this.#place(detection, card);
    const at = time + STILL_AFTER;
    // Where one ends and another begins, the one that begins shows it.
    const segment = placed.findLast((one) => shows(one, at)) ?? placed.findLast((one) => shows(one, time));
    if (!segment) return { reason: NOT_KEPT };
    const cached = media.fileOf(detection, `${Math.round(1000 * time)}.jpg`);
    const known = await readIfThere(cached);
    if (known) return { reason: null, value: known };
    const { stills } = await pool.run({
      kind: 'still',
      path: media.fileOf(detection, segment.file),
      limits: DEFAULT_LIMITS,
      times: [at - segment.shift],
    });
    const still = stills[0];
    if (!still) return { reason: 'The media of that moment show no picture.' };
    await fs.writeFile(cached, still.jpeg);
    return { reason: null, value: still.jpeg };
  }

  /** The sound of a stretch, mono, at SAMPLE_RATE. */
  async sound(detection: Detection, from: Seconds, to: Seconds): Promise<Had<Int16Array>> {
    const { media, pool } = this.services;
    const { reason, card } = await media.within(PATIENCE, detection);
    if (!card) return { reason };
    const placed = await this.#place(detection, card);
    const apart = placed.filter(({ carries }) => carries === 'audio');
    const samples = new Int16Array(Math.round((to - from) * SAMPLE_RATE));
    let heard = 0;
    for (const { file, start, end, shift } of apart.length > 0 ? apart : placed) {
      if (end + shift <= from || start + shift >= to) continue;
      const taken = await pool.run({
        kind: 'sound',
        path: media.fileOf(detection, file),
        limits: DEFAULT_LIMITS,
        from: from - shift,
        to: to - shift,
      });
      heard += taken.heard;
      taken.samples.forEach((sample, i) => {
        if (sample !== 0) samples[i] = sample;
      });
    }
    return heard > 0 ? { reason: null, value: samples } : { reason: `${NOT_KEPT} Or they have no sound.` };
  }

  /** Where the media lie, as far as they are there: they are not waited for. Null = they are not. */
  async places(detection: Detection): Promise<readonly PlacedSegment[] | null> {
    const { card } = await this.services.media.of(detection);
    return card ? this.#place(detection, card) : null;
  }

  #place(detection: Detection, card: EvidenceCard): Promise<readonly PlacedSegment[]> {
    const key = `${detection.id} ${card.fetchedAt}`;
    const known = this.#places.get(key);
    if (known) return known;
    const { pool, index, media } = this.services;
    const fileOf = ({ file }: { readonly file: string }) => media.fileOf(detection, file);
    const places = placeMedia({ pool, index, fileOf }, detection, card);
    this.#places.set(key, places);
    places.catch(() => this.#places.delete(key));
    const [oldest] = this.#places.keys();
    if (this.#places.size > MOST_REMEMBERED && oldest !== undefined) this.#places.delete(oldest);
    return places;
  }
}

const NOT_KEPT = 'The media of that moment are not kept.';

/** The last picture of a segment goes on for so long. */
const LAST_PICTURE: Seconds = 0.1;

/** Whether a segment has the picture of a moment. @param time s from the start of the detection */
export function shows({ carries, start, end, shift }: PlacedSegment, time: Seconds): boolean {
  return carries === 'both' && time >= start + shift && time < end + shift + LAST_PICTURE;
}

async function readIfThere(file: string): Promise<Uint8Array | null> {
  try {
    return await fs.readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
