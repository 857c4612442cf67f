import { setTimeout as pause } from 'node:timers/promises';
import { isPassing, messageOf, StreamprintError } from '../../domain/errors.js';
import { within } from '../../domain/within.js';
import type { Bus } from '../../transport/index.js';
import type { Outbox } from './outbox.js';

/** Between two tries to reach a broker that is away, ms. */
const RETRY_DELAY = 500;
/** What is being sent when the probe stops has so long; else it is sent again by the next one, ms. */
const STOP_MS = 5_000;

/** Sends what lies in an outbox: each stream in its order, the streams side by side. */
export class Sender {
  readonly #running = new Map<string, Promise<void>>();
  #stopping = false;
  #sent = 0;
  #away = false;

  /** @param onTrouble told when the bus goes away and comes back, and what cannot be sent; one sentence each */
  constructor(
    private readonly outbox: Outbox,
    private readonly bus: Pick<Bus, 'publish'>,
    private readonly onTrouble: (message: string) => void,
  ) {
    outbox.onReady = (stream) => this.#start(stream);
    for (const stream of outbox.streams) this.#start(stream);
  }

  get sent(): number {
    return this.#sent;
  }

  /** Resolves when nothing waits any more, or when it was stopped. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  /** Ends with the messages that are being sent, as far as that works within seconds; the others stay on disk. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await within(STOP_MS, this.drained());
  }

  #start(stream: string): void {
    if (this.#stopping || this.#running.has(stream)) return;
    const running = this.#run(stream).finally(() => {
      this.#running.delete(stream);
      if (this.outbox.streams.includes(stream)) this.#start(stream);
    });
    this.#running.set(stream, running);
  }

  async #run(stream: string): Promise<void> {
    for (let entry = this.outbox.take(stream); entry && !this.#stopping; entry = this.outbox.take(stream)) {
      try {
        await this.bus.publish(entry.topic, entry.draft, entry.body ?? undefined);
      } catch (error) {
        if (isCircumstance(error)) {
          this.outbox.failed(stream);
          this.#tell(true, messageOf(error));
          await pause(RETRY_DELAY);
          continue;
        }
        this.onTrouble(`a message of ${stream} cannot be sent: ${messageOf(error)}`);
        await this.outbox.refused(stream, `it could not be sent: ${messageOf(error)}`);
        continue;
      }
      this.#tell(false, '');
      this.#sent++;
      await this.outbox.done(stream);
    }
    if (this.#stopping) this.outbox.failed(stream);
  }

  #tell(away: boolean, reason: string): void {
    if (away === this.#away) return;
    this.#away = away;
    this.onTrouble(away ? `messages wait on disk: ${reason}` : 'messages are sent again');
  }
}

/** Whether it is not the message's fault: it is sent again for as long as that lasts. */
function isCircumstance(error: unknown): boolean {
  return isPassing(error) || (error instanceof StreamprintError && error.code === 'SP_BUS_TOPIC');
}
