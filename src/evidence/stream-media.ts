import path from 'node:path';
import type { Seconds } from '../../fingerprints/units.js';
import { messageOf } from '../domain/errors.js';
import type { Detection } from '../domain/match.js';
import { fetchEvidence } from '../probe/evidence/fetch-evidence.js';
import type { Bus } from '../transport/index.js';
import { type EvidenceCard, MediaFiles } from './media-files.js';

/** So much media is fetched of a detection: its beginning. */
export const FETCHED: Seconds = 120;
const MOST_BYTES_OF_ONE = 512 * 2 ** 20;
const MOST_BYTES = 4 * 2 ** 30;
/** Nothing more comes after so long, ms. */
const PATIENCE = 15_000;
/** What could not be had is asked for again after this, ms; what goes on, too. */
const AGAIN_AFTER = 60_000;
/** Detections that are fetched at once. */
const MOST_AT_ONCE = 2;

const EXTENSIONS: Readonly<Record<string, string>> = { mpegts: 'ts', mp4: 'mp4' };

/** How it stands with the media of a detection. */
export interface MediaState {
  readonly state: 'ready' | 'fetching' | 'missing';
  /** Why it is not there, or not all of it; empty = it is. */
  readonly reason: string;
  readonly card: EvidenceCard | null;
}

export interface StreamMediaOptions {
  readonly bus: Pick<Bus, 'publish' | 'follow'>;
  /** Folder for what is fetched; nobody else's. */
  readonly directory: string;
  readonly now: () => number;
}

/** The media of detections, as probes kept them: fetched over the bus when somebody wants to see them. */
export class StreamMedia {
  readonly #files: MediaFiles;
  readonly #fetching = new Map<string, Promise<void>>();
  readonly #failed = new Map<string, { readonly at: number; readonly reason: string }>();

  constructor(private readonly options: StreamMediaOptions) {
    this.#files = new MediaFiles(options.directory, MOST_BYTES);
  }

  /** How it stands; begins to fetch what is not there. */
  async of(detection: Detection): Promise<MediaState> {
    const { now } = this.options;
    const card = await this.#files.cardOf(detection.id);
    if (card && card.segments.length > 0 && !this.#isOutgrown(card, detection))
      return { state: 'ready', reason: card.missing, card };
    const known = card && card.segments.length > 0 ? card : null;
    if (this.#fetching.has(detection.id))
      return { state: 'fetching', reason: 'The probe is asked for its media.', card: known };
    const failed = this.#failed.get(detection.id);
    if (failed && now() - failed.at < AGAIN_AFTER)
      return { state: known ? 'ready' : 'missing', reason: failed.reason, card: known };
    if (this.#fetching.size >= MOST_AT_ONCE)
      return { state: 'fetching', reason: 'Media of other detections are fetched first.', card: known };
    this.#begin(detection);
    return { state: 'fetching', reason: 'The probe is asked for its media.', card: known };
  }

  /** The same, when it has been fetched, or after `ms`. */
  async within(ms: number, detection: Detection): Promise<MediaState> {
    const state = await this.of(detection);
    const fetching = this.#fetching.get(detection.id);
    if (state.state !== 'fetching' || !fetching) return state;
    await Promise.race([fetching, new Promise((resolve) => setTimeout(resolve, ms).unref())]);
    return this.of(detection);
  }

  /** The file of a segment of a card. */
  fileOf(detection: Detection, file: string): string {
    return path.join(this.#files.folderOf(detection.id) ?? '', path.basename(file));
  }

  async close(): Promise<void> {
    await Promise.all(this.#fetching.values());
  }

  /** There is more to be had by now. */
  #isOutgrown({ askedTo, fetchedAt }: EvidenceCard, { time }: Detection): boolean {
    const wanted = Math.min(time.end, time.start + 1000 * FETCHED);
    return wanted > askedTo + 5000 && this.options.now() - fetchedAt > AGAIN_AFTER;
  }

  #begin(detection: Detection): void {
    const work = this.#fetch(detection)
      .then(
        (reason) => this.#note(detection.id, reason),
        (error: unknown) => this.#note(detection.id, messageOf(error)),
      )
      .finally(() => this.#fetching.delete(detection.id));
    this.#fetching.set(detection.id, work);
  }

  #note(id: string, reason: string | null): void {
    this.#failed.delete(id);
    if (reason !== null) this.#failed.set(id, { at: this.options.now(), reason });
    const [oldest] = this.#failed.keys();
    if (this.#failed.size > 1000 && oldest !== undefined) this.#failed.delete(oldest);
  }

  /** @returns why there is nothing; null = there is */
  async #fetch({ id, stream, time }: Detection): Promise<string | null> {
    const { bus, now } = this.options;
    const folder = await this.#files.begin(id);
    const to = Math.min(time.end, time.start + 1000 * FETCHED);
    const segments: EvidenceCard['segments'][number][] = [];
    let bytes = 0;
    const wanted = {
      stream: { ...stream },
      detection: id,
      time: { start: new Date(time.start).toISOString(), end: new Date(to).toISOString() },
    };
    const end = await fetchEvidence(bus, wanted, {
      patience: PATIENCE,
      now,
      take: async (content, body) => {
        bytes += content.bytes;
        if (bytes > MOST_BYTES_OF_ONE) return;
        const file = `${segments.length}.${EXTENSIONS[content.container ?? ''] ?? 'media'}`;
        await body.saveTo(path.join(folder, file));
        segments.push({ file, content });
      },
    });
    const missing =
      end === null
        ? 'No probe has answered to the end.'
        : end.reason === ''
          ? ''
          : `Of the media ${end.reason}.`;
    await this.#files.write(id, { fetchedAt: now(), askedTo: to, segments, missing });
    return segments.length > 0 ? null : nothingOf(end?.reason ?? null);
  }
}

function nothingOf(reason: string | null): string {
  return reason === null
    ? 'No probe that keeps media of this stream has answered.'
    : 'The probe no longer keeps media of that time.';
}
