import { until } from '../transport/support.js';
import type { Json } from './cli.js';

export interface ReadEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Json;
}

/** Reads server-sent events as a browser would. */
export class EventReader {
  readonly events: ReadEvent[] = [];
  lastId = '';
  /** It is told what comes from now on. */
  isOpen = false;
  ended = false;
  readonly #stop = new AbortController();

  /** @param lastId that it goes on from */
  constructor(
    readonly url: string,
    readonly key: string,
    lastId = '',
  ) {
    this.lastId = lastId;
    void this.#read().catch(() => undefined);
  }

  async until(enough: (events: readonly ReadEvent[]) => boolean): Promise<readonly ReadEvent[]> {
    return until(() => this.events, enough, 60_000);
  }

  close(): void {
    this.#stop.abort();
  }

  async #read(): Promise<void> {
    const headers = {
      authorization: `Bearer ${this.key}`,
      ...(this.lastId !== '' && { 'last-event-id': this.lastId }),
    };
    const response = await fetch(this.url, { headers, signal: this.#stop.signal });
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      this.isOpen = true;
      const parts = (rest + chunk).split('\n\n');
      rest = parts.pop()!;
      for (const part of parts) this.#take(part);
    }
    this.ended = true;
  }

  #take(text: string): void {
    const fields = new Map(text.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]));
    this.lastId = fields.get('id') ?? this.lastId;
    const data = fields.get('data');
    if (data !== undefined)
      this.events.push({ id: this.lastId, type: fields.get('event') ?? '', data: JSON.parse(data) as Json });
  }
}
