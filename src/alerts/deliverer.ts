import { messageOf } from '../domain/errors.js';
import type { Bus, Content } from '../transport/index.js';
import type { Deliveries, Delivery } from './deliveries.js';
import type { Channel } from './rule.js';
import type { Rules } from './rules.js';
import type { Posted, WebhookSender } from './webhook.js';

/** Alerts of one rule that are on their way together. */
const TOGETHER = 4;
const LOOK_EVERY_MS = 1_000;
const PRUNE_EVERY_MS = 3_600_000;
/** After a failure it is tried again after so long, ms, … */
const FIRST_RETRY_MS = 1_000;
/** … later and later, up to this … */
const LAST_RETRY_MS = 3_600_000;
/** … and given up after so many tries, where the receiver answers and does not want it: some 12 hours; … */
const MAX_ATTEMPTS = 24;
/** … where it does not answer, after so long, ms: 7 days. */
const GIVE_UP_MS = 7 * 86_400_000;
/** A receiver is left alone for no longer than it takes to notice that it is back, ms. */
const LONGEST_REST_MS = 300_000;

export interface DelivererOptions {
  readonly rules: Rules;
  readonly deliveries: Deliveries;
  readonly webhooks: Pick<WebhookSender, 'post' | 'close'>;
  readonly bus: Pick<Bus, 'publish'>;
  readonly now: () => number;
  /** 0..1, for jitter. */
  readonly random: () => number;
  readonly onTrouble: (message: string) => void;
}

/** A receiver that did not answer. */
interface Rest {
  readonly failures: number;
  readonly until: number;
}

/**
 * Delivers what waits: each alert at least once, those of one detection in their order. What fails is tried again,
 * later and later; a receiver that does not answer at all is left alone meanwhile.
 */
export class Deliverer {
  readonly #stop = new AbortController();
  readonly #running = new Map<number, Promise<void>>();
  readonly #resting = new Map<string, Rest>();
  readonly #timers: NodeJS.Timeout[];
  #lastTrouble = '';

  constructor(private readonly options: DelivererOptions) {
    const { deliveries, now } = options;
    this.#timers = [
      setInterval(() => this.look(), LOOK_EVERY_MS),
      setInterval(() => this.#guard(() => deliveries.prune(now())), PRUNE_EVERY_MS),
    ];
    this.look();
  }

  /** Begins what is due. */
  look(): void {
    if (this.#stop.signal.aborted) return;
    this.#guard(() => {
      for (const { ruleId, channel } of this.options.deliveries.waiting()) this.#begin(ruleId, channel);
    });
  }

  /** What is on its way is given up, and sent again at the next start. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#stop.abort(new Error('the service stops'));
    await Promise.all(this.#running.values());
    await this.options.webhooks.close();
  }

  #begin(ruleId: string, channel: Channel): void {
    const { rules, deliveries, now } = this.options;
    if (rules.get(ruleId)?.enabled !== true) return;
    const rest = this.#resting.get(nameOf(ruleId, channel));
    if (rest && rest.until > now()) return;
    // One is enough to see whether a receiver is back.
    const most = rest ? 1 : TOGETHER;
    const due = deliveries.due(ruleId, channel, now(), TOGETHER + this.#running.size);
    const running = due.filter(({ number }) => this.#running.has(number)).length;
    for (const delivery of due.filter(({ number }) => !this.#running.has(number)).slice(0, most - running))
      this.#running.set(
        delivery.number,
        this.#deliver(delivery).finally(() => {
          this.#running.delete(delivery.number);
          this.look();
        }),
      );
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const posted = await this.#try(delivery);
    if (posted === null) return;
    this.#guard(() => this.#note(delivery, posted));
  }

  /** Null = the service stops. */
  async #try(delivery: Delivery): Promise<Posted | null> {
    const { rules, webhooks, bus } = this.options;
    const { signal } = this.#stop;
    try {
      if (delivery.channel === 'bus') {
        const content = JSON.parse(delivery.body) as Content<'alert/1'>;
        await bus.publish('streamprint.alerts', { type: 'alert/1', content });
        return { status: null, error: '', retryAfter: 0 };
      }
      const url = rules.get(delivery.ruleId)?.webhook?.url;
      const secret = rules.secretOf(delivery.ruleId);
      if (url === undefined || secret === null)
        return { status: null, error: 'the rule has no webhook any more', retryAfter: 0 };
      return await webhooks.post(url, secret, delivery, signal);
    } catch (error) {
      return signal.aborted ? null : { status: null, error: messageOf(error), retryAfter: 0 };
    }
  }

  #note({ number, at, attempts, ruleId, channel }: Delivery, { status, error, retryAfter }: Posted): void {
    const { deliveries, now, random } = this.options;
    const name = nameOf(ruleId, channel);
    if (error === '') {
      this.#resting.delete(name);
      deliveries.delivered(number, now(), status);
      return;
    }
    const wait = (failures: number, longest: number) =>
      Math.min(longest, FIRST_RETRY_MS * 2 ** Math.min(20, failures)) * (0.5 + 0.5 * random());
    // What is said of one alert says nothing of the others.
    const isOwn = status !== null && status >= 400 && status < 500 && status !== 429 && status !== 408;
    if (!isOwn) {
      const failures = this.#resting.get(name)?.failures ?? 0;
      const until = now() + Math.max(Math.min(retryAfter, LONGEST_REST_MS), wait(failures, LONGEST_REST_MS));
      this.#resting.set(name, { failures: failures + 1, until });
    }
    const isTriedOften = attempts + 1 >= MAX_ATTEMPTS;
    const isOver = status === 410 || (isTriedOften && (isOwn || now() - at > GIVE_UP_MS));
    const due = isOver ? null : now() + Math.max(retryAfter, isOwn ? wait(attempts, LAST_RETRY_MS) : 0);
    deliveries.failed(number, { at: now(), status, error }, due);
  }

  #guard(work: () => void): void {
    try {
      work();
      this.#lastTrouble = '';
    } catch (error) {
      const message = `Alerts are not delivered: ${messageOf(error)}`;
      if (message !== this.#lastTrouble) this.options.onTrouble(message);
      this.#lastTrouble = message;
    }
  }
}

const nameOf = (ruleId: string, channel: Channel): string => `${ruleId} ${channel}`;
