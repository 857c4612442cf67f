import { messageOf } from '../domain/errors.js';

/** Between two checks, ms. */
const EVERY_MS = 5_000;
/** What has not answered by then is away, ms. */
const PATIENCE_MS = 10_000;

/** Something that a process cannot work without. */
export interface Engine {
  /** `bus`, `index`, `decoder`, … */
  readonly name: string;
  /** Which it is: `embedded`, `Kafka`, `Elasticsearch`, … */
  readonly kind: string;
  /** Throws when it does not work. */
  readonly check: () => void | Promise<void>;
}

export interface EngineState {
  readonly name: string;
  readonly kind: string;
  readonly state: 'up' | 'away';
  /** What is wrong, as a sentence; null = nothing. */
  readonly reason: string | null;
}

/**
 * Knows how the engines of a process are, so that who asks need not wait. Each is checked every few seconds, one check
 * at a time.
 */
export class EngineWatch {
  readonly #engines: readonly Watched[];
  readonly #looking: NodeJS.Timeout;

  private constructor(engines: readonly Engine[]) {
    this.#engines = engines.map((engine) => new Watched(engine));
    this.#looking = setInterval(() => void this.#look(), EVERY_MS);
  }

  /** @returns when each was checked, or has not answered in time */
  static async start(engines: readonly Engine[]): Promise<EngineWatch> {
    const watch = new EngineWatch(engines);
    await watch.#look();
    return watch;
  }

  get states(): readonly EngineState[] {
    return this.#engines.map(({ state }) => state);
  }

  close(): void {
    clearInterval(this.#looking);
  }

  async #look(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.look()));
  }
}

class Watched {
  #reason: string | null = null;
  #isAsked = false;

  constructor(private readonly engine: Engine) {}

  get state(): EngineState {
    const { name, kind } = this.engine;
    return { name, kind, state: this.#reason === null ? 'up' : 'away', reason: this.#reason };
  }

  /** Resolves when it has answered, or its time is over. */
  async look(): Promise<void> {
    if (this.#isAsked) return;
    this.#isAsked = true;
    const late = setTimeout(() => {
      this.#reason = `There has been no answer for ${PATIENCE_MS / 1000} s.`;
      give();
    }, PATIENCE_MS);
    let give: () => void = () => undefined;
    const patience = new Promise<void>((resolve) => {
      give = resolve;
    });
    const answered = this.#ask().finally(() => {
      clearTimeout(late);
      this.#isAsked = false;
    });
    await Promise.race([answered, patience]);
  }

  async #ask(): Promise<void> {
    try {
      await this.engine.check();
      this.#reason = null;
    } catch (error) {
      this.#reason = messageOf(error);
    }
  }
}
