import { createHash } from 'node:crypto';
import { encodeFingerprint } from '../../fingerprints/encoding.js';
import type { Seconds } from '../../fingerprints/units.js';
import { isPassing, StreamprintError } from '../domain/errors.js';
import type { ReferenceId } from '../domain/ids.js';
import type { CatalogueChange, CatalogueOutbox, ReferenceIndex } from '../reference-index/reference-index.js';
import { Serial } from '../storage/serial.js';
import type { Bus } from '../transport/index.js';
import { copyOf, factsOf } from './reference-message.js';

const TOPIC = 'streamprint.catalogue';
/** Changes that are on their way at once, and about their bytes. */
const AT_ONCE = 32;
const BYTES_AT_ONCE = 16 * 1024 * 1024;
/** Reference time whose fingerprints are read in one go, s: some 50 MB. */
const READ_AT_ONCE = 40 * 3600;

export interface Published {
  readonly published: number;
  readonly retracted: number;
  /** References that the bus cannot take as they are; they are tried again by the next process, or when they change. */
  readonly failed: readonly { readonly id: ReferenceId; readonly error: StreamprintError }[];
}

/** Tells the bus what was registered, changed and removed. */
export class CataloguePublisher {
  readonly #serial = new Serial();
  readonly #refused = new Set<number>();

  constructor(
    private readonly index: ReferenceIndex & CatalogueOutbox,
    private readonly bus: Bus,
  ) {}

  /**
   * Sends all that the bus was not told of yet. What a killed process had sent and not noted is sent again.
   * @throws SP_BUS_UNAVAILABLE, SP_DISK_FULL: what is left is to be sent another time
   */
  publish(): Promise<Published> {
    return this.#serial.run(() => this.#publish());
  }

  async #publish(): Promise<Published> {
    const failed: { id: ReferenceId; error: StreamprintError }[] = [];
    let published = 0;
    let retracted = 0;
    for (let after = 0; ; ) {
      const next = await this.index.unpublished(after, AT_ONCE);
      if (next.length === 0) return { published, retracted, failed };
      after = next.at(-1)!.change;
      const changes = next.filter(({ change }) => !this.#refused.has(change));
      const outcomes = await this.#send(changes);
      const done = changes.filter((_, i) => outcomes[i] === null);
      await this.index.published(done.map(({ change }) => change));
      published += done.filter(({ now }) => now !== null).length;
      retracted += done.filter(({ now }) => now === null).length;
      for (const [i, { id, change }] of changes.entries()) {
        const error = outcomes[i] ?? null;
        if (error === null) continue;
        this.#refused.add(change);
        failed.push({ id, error });
      }
    }
  }

  /** What became of each; null = it was sent. */
  async #send(changes: readonly CatalogueChange[]): Promise<(StreamprintError | null)[]> {
    const outcomes: (StreamprintError | null)[] = [];
    for (const some of partsOf(changes)) outcomes.push(...(await this.#sendSome(some)));
    return outcomes;
  }

  async #sendSome(changes: readonly CatalogueChange[]): Promise<(StreamprintError | null)[]> {
    const ids = changes.flatMap(({ now }) => now?.reference.fingerprintId ?? []);
    const fingerprints = await this.index.fingerprintsOf(ids);
    const sending: Promise<StreamprintError | null>[] = [];
    let bytes = 0;
    for (const { id, now } of changes) {
      const fingerprint = now && fingerprints.get(now.reference.fingerprintId);
      // Without a fingerprint it was removed meanwhile: another change says so.
      const body = fingerprint && encodeFingerprint(fingerprint);
      const sent = now === null ? this.bus.retract(TOPIC, id) : body && this.#sendOne(now, body);
      const outcome = outcomeOf(sent ?? Promise.resolve());
      // It is waited for below, and may fail before.
      outcome.catch(() => undefined);
      sending.push(outcome);
      bytes += body?.length ?? 0;
      if (bytes < BYTES_AT_ONCE) continue;
      await Promise.allSettled(sending);
      bytes = 0;
    }
    return Promise.all(sending);
  }

  #sendOne({ reference, asset }: NonNullable<CatalogueChange['now']>, body: Uint8Array): Promise<void> {
    const sha256 = createHash('sha256').update(body).digest('hex');
    const content = { ...factsOf(copyOf(reference, asset)), sha256, bytes: body.length };
    return this.bus.publish(TOPIC, { type: 'reference/1', content }, body);
  }
}

async function outcomeOf(sending: Promise<void>): Promise<StreamprintError | null> {
  try {
    await sending;
    return null;
  } catch (error) {
    if (error instanceof StreamprintError && !isPassing(error)) return error;
    throw error;
  }
}

/** Changes whose fingerprints are read in one go, in their order. */
function partsOf(changes: readonly CatalogueChange[]): CatalogueChange[][] {
  const parts: CatalogueChange[][] = [];
  let duration: Seconds = 0;
  for (const change of changes) {
    duration += change.now?.reference.duration ?? 0;
    if (parts.length === 0 || duration > READ_AT_ONCE) {
      parts.push([]);
      duration = change.now?.reference.duration ?? 0;
    }
    parts.at(-1)!.push(change);
  }
  return parts;
}
