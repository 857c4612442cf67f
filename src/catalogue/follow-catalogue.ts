import { FingerprintFormatError } from '../../fingerprints/format-error.js';
import { messageOf, StreamprintError } from '../domain/errors.js';
import { type ReferenceId, referenceId } from '../domain/ids.js';
import type { ReferenceIndexWriter } from '../reference-index/reference-index.js';
import type { Bus, Entry, Follower } from '../transport/index.js';
import { CatalogueCopy } from './catalogue-copy.js';
import { type Mark, readMark, writeMark } from './follow-mark.js';

const TOPIC = 'streamprint.catalogue';
/**
 * A topic that was not followed for longer is read from its start: Kafka keeps for a day (delete.retention.ms) that
 * a reference was taken away.
 */
const RESUME_WITHIN_MS = 12 * 3600_000;
const TICK_MS = 1000;

export interface FollowOptions {
  readonly bus: Bus;
  /** This follower's alone. */
  readonly index: ReferenceIndexWriter;
  /** Where it notes how far it has come: beside the index, to go with it. */
  readonly directory: string;
  /** Told of references that are passed over, and of what is tried again. */
  readonly onTrouble: (message: string) => void;
  readonly now?: () => number;
}

/**
 * Keeps an index equal to the catalogue that goes over the bus. Goes on where it was, after `kill -9` too; where
 * that cannot be, it reads everything again, registers what it lacks, and takes away what is not there any more.
 * A reference that cannot be used is passed over, and looked at again at the next start.
 */
export class CatalogueFollower {
  readonly #closing: AbortController;
  readonly #ticking: NodeJS.Timeout;
  #follower: Follower | null = null;
  /** What a reading from the start has come across; null = there is nothing that it could miss. */
  #seen: Set<ReferenceId> | null = null;
  #next = 0;
  #isReady = false;
  #isBusy = false;
  #passedOver = 0;
  #stored: Mark | null = null;

  private constructor(
    private readonly options: FollowOptions,
    private readonly copy: CatalogueCopy,
    private readonly log: string,
    closing: AbortController,
    /** When there was nothing between `#next` and the end of the topic, ms UTC. */
    private upToDate: number,
  ) {
    this.#closing = closing;
    this.#ticking = setInterval(() => void this.#tick(), TICK_MS);
  }

  /**
   * Resolves when the index is what the topic said when this was called.
   * @throws SP_BUS_UNAVAILABLE
   */
  static async start(options: FollowOptions): Promise<CatalogueFollower> {
    const { bus, index, directory, onTrouble, now = Date.now } = options;
    const { log, end } = await bus.extent(TOPIC);
    const mark = readMark(directory);
    const isRecent = mark !== null && mark.at > now() - RESUME_WITHIN_MS;
    const goesOn = isRecent && mark.whole && mark.log === log && mark.next <= end;
    const closing = new AbortController();
    const copy = await CatalogueCopy.of({
      index,
      onTrouble,
      onRefused: (id, error) => follower.#passOver(id, error),
      signal: closing.signal,
    });
    const follower = new CatalogueFollower(options, copy, log, closing, goesOn ? mark.at : 0);
    try {
      await follower.#begin(goesOn ? mark.next : 0);
      follower.#isReady = true;
    } catch (error) {
      await follower.close();
      throw error;
    }
    return follower;
  }

  get references(): number {
    return this.copy.known.size;
  }

  /** References that could not be used. */
  get passedOver(): number {
    return this.#passedOver;
  }

  /** What was read is written; the index stays open. */
  async close(): Promise<void> {
    clearInterval(this.#ticking);
    this.#closing.abort(new Error('the follower is closed'));
    await this.#follower?.close();
    await this.copy.settle();
    this.#store();
  }

  async #begin(from: number): Promise<void> {
    this.#next = from;
    this.#seen = from === 0 && this.references > 0 ? new Set() : null;
    this.#passedOver = 0;
    this.#follower = await this.options.bus.follow({
      topic: TOPIC,
      from,
      take: (entry) => this.#take(entry),
      onInvalid: ({ offset }, error, key) => {
        if (key !== null) this.#seen?.add(referenceId(key));
        this.#passOver(key ?? `at ${offset}`, error);
        this.#next = offset + 1;
      },
    });
    await this.#follower.caughtUp;
    await this.copy.settle();
    for (const id of this.#seen ? this.copy.known.ids : []) if (!this.#seen?.has(id)) await this.#remove(id);
    this.#seen = null;
    this.upToDate = this.#now;
    this.#store();
  }

  /** Never rejects, so that no entry keeps the others from coming. */
  async #take({ key, message, body, position, at }: Entry): Promise<void> {
    const id = referenceId(key);
    this.#isBusy = true;
    try {
      if (message === null) {
        this.#seen?.delete(id);
        await this.copy.remove(id);
      } else if (message.type === 'reference/1') {
        this.#seen?.add(id);
        await this.copy.put(message.content, body!);
      }
    } catch (error) {
      this.#passOver(id, error);
    }
    this.#isBusy = false;
    if (this.#closing.signal.aborted) return;
    this.#next = position.offset + 1;
    if (!this.#isReady) this.upToDate = at;
  }

  async #remove(id: ReferenceId): Promise<void> {
    try {
      await this.copy.remove(id);
    } catch (error) {
      this.#passOver(id, error);
    }
  }

  /** Notes how far it is; one that has not reached the bus for too long reads everything again. */
  async #tick(): Promise<void> {
    if (this.#isReady && !this.#isBusy && this.options.bus.stats.health.state === 'up') {
      if (this.upToDate < this.#now - RESUME_WITHIN_MS) return this.#beginAgain();
      this.upToDate = this.#now;
    }
    this.#store();
  }

  async #beginAgain(): Promise<void> {
    this.#isReady = false;
    try {
      await this.#follower?.close();
      await this.#begin(0);
    } catch (error) {
      if (!this.#closing.signal.aborted) this.options.onTrouble(messageOf(error));
    }
    this.#isReady = true;
  }

  /** Only of what is in the index; not of a reading from the start that has not shown yet what is gone. */
  #store(): void {
    if (!this.copy.isSettled || this.#seen !== null) return;
    const mark = { log: this.log, next: this.#next, at: this.upToDate, whole: this.#passedOver === 0 };
    const { next, at, whole } = this.#stored ?? { next: -1, at: 0, whole: true };
    if (mark.next === next && mark.whole === whole && mark.at < at + RESUME_WITHIN_MS / 100) return;
    try {
      writeMark(this.options.directory, mark);
      this.#stored = mark;
    } catch (error) {
      this.options.onTrouble(`How far the catalogue was followed cannot be noted: ${messageOf(error)}`);
    }
  }

  #passOver(what: string, error: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#passedOver++;
    const known = error instanceof StreamprintError || error instanceof FingerprintFormatError;
    const code = known ? ` [${error.code}]` : '';
    this.options.onTrouble(`Reference ${what} of the catalogue is passed over: ${messageOf(error)}${code}`);
  }

  get #now(): number {
    return (this.options.now ?? Date.now)();
  }
}
