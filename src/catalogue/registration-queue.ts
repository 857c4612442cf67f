import type { Registration, RegistrationOutcome } from '../domain/catalogue.js';
import type { ReferenceIndexWriter } from '../reference-index/reference-index.js';

/** A batch is written when it holds this much reference time, s … */
const BATCH_DURATION = 10 * 3600;
/** … or this many references, or when nothing was added for this long, ms. */
const BATCH_COUNT = 64;
const BATCH_WAIT = 250;

interface Waiting {
  readonly registration: Registration;
  readonly resolve: (outcome: RegistrationOutcome) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Collects registrations that come in at the same time into batches: one durable write for all of a batch.
 * When a batch fails, each of its registrations is tried alone, so that one cannot take the others with it.
 */
export class RegistrationQueue {
  #waiting: Waiting[] = [];
  #duration = 0;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly index: Pick<ReferenceIndexWriter, 'register'>) {}

  /** Resolves when the registration is durable. */
  add(registration: Registration): Promise<RegistrationOutcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ registration, resolve, reject });
      this.#duration += registration.fingerprint.duration;
      if (this.#timer) clearTimeout(this.#timer);
      this.#timer = null;
      if (this.#waiting.length >= BATCH_COUNT || this.#duration >= BATCH_DURATION) this.#flush();
      else this.#timer = setTimeout(() => this.#flush(), BATCH_WAIT);
    });
  }

  /** Writes what waits without waiting for more. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.length > 0) this.#flush();
  }

  #flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#duration = 0;
    this.#writing = this.#writing.then(() => this.#write(batch));
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await this.index.register(batch.map((waiting) => waiting.registration));
      batch.forEach((waiting, i) => {
        waiting.resolve(outcomes[i]!);
      });
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error);
      else for (const waiting of batch) await this.#write([waiting]);
    }
  }
}
