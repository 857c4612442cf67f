import { HttpClient, operatorAddress } from '../capture/index.js';

/** Between two looks at the service's clock, ms. */
const MEASURE_EVERY = 10 * 60_000;
const WATCH_EVERY = 2_000;
/** The clock being set by more than this is told, ms. */
const JUMP = 1_000;
/** `Date` has whole seconds: on average half of one has passed. */
const HALF_A_SECOND = 500;
const MAX_ANSWER = 64 * 1024;
const TIMEOUT = 10_000;

export interface ClockOptions {
  /** An address of the service, such as its `/healthz`, whose answers carry `Date`; null = there is none. */
  readonly serviceUrl: string | null;
  /** Without an address: what the offset is known to be, ms; 0 where the service is this very process. */
  readonly known: number | null;
  readonly now: () => number;
  /** Told by how much the clock was set, ms. */
  readonly onJump: (by: number) => void;
}

/** How far this machine's clock is ahead of the service's, and whether somebody sets it. */
export class ProbeClock {
  #offset: number | null;
  /** What the wall clock was ahead of the steady one. */
  #ahead: number;
  readonly #http = new HttpClient();
  readonly #stop = new AbortController();
  readonly #timers: NodeJS.Timeout[];

  constructor(private readonly options: ClockOptions) {
    this.#offset = options.known;
    this.#ahead = this.#difference();
    this.#timers = [
      setInterval(() => this.#watch(), WATCH_EVERY),
      setInterval(() => void this.measure(), MEASURE_EVERY),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** This clock less the service's, ms, right to about half a second; null = not known. */
  get offset(): number | null {
    return this.#offset;
  }

  /** Looks at the service's clock; where that does not work, the last offset stays. */
  async measure(): Promise<void> {
    const { serviceUrl, now } = this.options;
    if (serviceUrl === null) return;
    const request = { signal: this.#stop.signal, maxBytes: MAX_ANSWER, timeout: TIMEOUT };
    const before = now();
    const date = await this.#http
      .fetch(operatorAddress(serviceUrl), request, async ({ source }) => source.headers.date)
      .catch(() => undefined);
    const theirs = Date.parse(date ?? '');
    if (Number.isFinite(theirs)) this.#offset = Math.round((before + now()) / 2 - theirs - HALF_A_SECOND);
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#stop.abort(new Error('the probe stops'));
    void this.#http.close();
  }

  #watch(): void {
    const by = this.#difference() - this.#ahead;
    if (Math.abs(by) < JUMP) return;
    this.#ahead += by;
    this.options.onJump(by);
    void this.measure();
  }

  #difference(): number {
    return this.options.now() - performance.now();
  }
}

/** A clock that begins as the wall clock stands, and does not follow when that is set. */
export function steadyClock(now: () => number): () => number {
  const ahead = now() - performance.now();
  return () => Math.round(ahead + performance.now());
}
