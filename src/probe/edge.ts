import { createHash, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeFeatures, FEATURES_ENCODING } from '../../fingerprints/features-encoding.js';
import type { Seconds } from '../../fingerprints/units.js';
import type { AudioState, SegmentResult } from '../../workers/protocol.js';
import type { Segment } from '../domain/segment.js';
import { featuresOf } from '../media/features.js';
import { segmentLimits } from '../media/limits.js';
import type { MediaPool } from '../media/media-pool.js';
import { diskError } from '../storage/disk-errors.js';
import { removeFile } from '../storage/durable-files.js';
import type { Delivery, Prepared } from './delivery.js';
import type { SegmentContent } from './drafts.js';

/** Of key frames that lie closer together one is taken every so often: what is not sent cannot be asked for later. */
const PICTURE_EVERY: Seconds = 2;
/** … and half as many while others wait to be decoded. */
const PICTURE_EVERY_IN_HASTE: Seconds = 4;

/** Sends what segments say, in place of their media. */
export class EdgeDelivery implements Delivery {
  readonly topic = 'streamprint.fingerprints';
  readonly #audioStates = new Map<Segment['carries'], AudioState>();
  #pictureDue: Seconds | null = null;

  /** @param directory where features are written, until they are taken over */
  constructor(
    private readonly pool: MediaPool,
    private readonly directory: string,
  ) {}

  async prepare(
    segment: Segment,
    content: SegmentContent,
    keep: (duration: Seconds) => Promise<void>,
  ): Promise<Prepared> {
    let kept = false;
    const inHaste = this.pool.isBehind;
    try {
      const result = await this.#analyse(segment, inHaste ? PICTURE_EVERY_IN_HASTE : PICTURE_EVERY);
      await keep(result.end - result.start);
      kept = true;
      const encoded = encodeFeatures(featuresOf(result));
      const bytes = encoded.length;
      const sha256 = createHash('sha256').update(encoded).digest('hex');
      const file = path.join(this.directory, `${randomUUID()}.features`);
      await writeFile(file, encoded, { flag: 'wx' }).catch((error: unknown) => {
        throw diskError(this.directory, error);
      });
      const features = { encoding: FEATURES_ENCODING, sha256, bytes };
      return {
        draft: { type: 'fingerprint/1', content: { ...seen(content, result), features } },
        body: { file, bytes, owned: true },
        features: { bytes, seconds: result.end - result.start, inHaste },
      };
    } catch (error) {
      this.skipped(segment.carries);
      // What cannot be decoded here may be wanted all the same.
      if (!kept) await keep(segment.duration);
      throw error;
    } finally {
      if (segment.owned !== false) await removeFile(segment.path);
    }
  }

  skipped(carries: Segment['carries']): void {
    this.#audioStates.delete(carries);
    if (carries === 'both') this.#pictureDue = null;
  }

  async #analyse(
    { path: file, duration, carries, discontinuity, last }: Segment,
    every: Seconds,
  ): Promise<SegmentResult> {
    if (discontinuity) this.skipped(carries);
    const result = await this.pool.run({
      kind: 'segment',
      path: file,
      limits: segmentLimits(duration),
      pictures: carries === 'audio' ? 'none' : 'sparse',
      pace: { every, due: this.#pictureDue },
      audioState: this.#audioStates.get(carries) ?? null,
      last,
    });
    if (result.audioState) this.#audioStates.set(carries, result.audioState);
    if (carries === 'both') this.#pictureDue = result.pictureDue;
    return result;
  }
}

/** What only who decodes a segment knows of it. */
function seen(content: SegmentContent, { start, report }: SegmentResult): SegmentContent {
  return {
    ...content,
    media: { ...content.media, start },
    container: report.container.slice(0, 500) || null,
    codecs: { video: report.video?.codec ?? null, audio: report.audio[0]?.codec ?? null },
  };
}
