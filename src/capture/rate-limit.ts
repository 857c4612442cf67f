import { sleep } from './wait.js';

const WINDOW = 1000;
/** Hosts whose requests are remembered. */
const MOST_HOSTS = 10_000;

/** At most so many requests to one host within any second; who comes too early waits, in the order of coming. */
export class RateLimit {
  /** For each host, when the last requests were or will be sent, ms. */
  private readonly sent = new Map<string, number[]>();

  /** @param perSecond 0 = no limit */
  constructor(private readonly perSecond: number) {}

  /** Resolves when it is this request's turn. Rejects with the signal's reason when that comes first. */
  async turn(host: string, signal: AbortSignal): Promise<void> {
    if (this.perSecond <= 0) return;
    const now = performance.now();
    const times = this.sent.get(host) ?? [];
    const free = times.length < this.perSecond ? now : Math.max(now, times[0]! + WINDOW);
    this.sent.delete(host);
    this.sent.set(host, [...times, free].slice(-this.perSecond));
    if (this.sent.size > MOST_HOSTS) this.sent.delete(this.sent.keys().next().value!);
    if (free > now) await sleep(free - now, signal);
  }
}
