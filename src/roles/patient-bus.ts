import { setTimeout as pause } from 'node:timers/promises';
import { messageOf, StreamprintError } from '../domain/errors.js';
import { within } from '../domain/within.js';
import type { Bus } from '../transport/index.js';

/** Between two tries, ms. */
const RETRY_DELAY = 2_000;
const CLOSE_MS = 5_000;
/** A mistake in the configuration shows at once, mostly: so long is waited for it, ms. */
const FIRST_ANSWER = 5_000;

/**
 * A bus that may not be there yet: what captures goes on meanwhile, and publishing fails as when the broker is away.
 */
export class PatientBus implements Pick<Bus, 'publish' | 'follow'> {
  #bus: Bus | null = null;
  #closed = false;
  #opening: Promise<void> = Promise.resolve();

  private constructor(
    private readonly openBus: () => Promise<Bus>,
    private readonly onTrouble: (message: string) => void,
  ) {}

  /**
   * Resolves when the bus is open, or has turned out to be away.
   * @throws what opening throws, but SP_BUS_UNAVAILABLE: that is tried again for as long as it takes
   */
  static async open(openBus: () => Promise<Bus>, onTrouble: (message: string) => void): Promise<PatientBus> {
    const patient = new PatientBus(openBus, onTrouble);
    let failed: unknown = null;
    patient.#opening = patient.#open().catch((error: unknown) => {
      failed = error;
      onTrouble(`the bus cannot be opened: ${messageOf(error)}`);
    });
    await within(FIRST_ANSWER, patient.#opening);
    if (failed !== null) throw failed;
    return patient;
  }

  get publish(): Bus['publish'] {
    return async (...args) => this.#there().publish(...args);
  }

  get follow(): Bus['follow'] {
    return async (options) => this.#there().follow(options);
  }

  /** Resolves when it is closed, or has had seconds for it: one that looks for its broker holds up nobody. */
  async close(): Promise<void> {
    this.#closed = true;
    await within(
      CLOSE_MS,
      this.#opening.then(() => this.#bus?.close()),
    );
  }

  async #open(): Promise<void> {
    for (let told = false; !this.#closed; told = true) {
      try {
        this.#bus = await this.openBus();
        if (told) this.onTrouble('the bus is there');
        return;
      } catch (error) {
        if (!(error instanceof StreamprintError) || error.code !== 'SP_BUS_UNAVAILABLE') throw error;
        if (!told) this.onTrouble(`the bus is away, what is captured waits on disk: ${messageOf(error)}`);
      }
      if (!this.#closed) await pause(RETRY_DELAY);
    }
  }

  #there(): Bus {
    if (this.#bus === null) throw new StreamprintError('SP_BUS_UNAVAILABLE', 'The bus is not there yet.');
    return this.#bus;
  }
}
