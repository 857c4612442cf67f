import type { Bus, Consumer } from '../../src/transport/index.js';

/** What probes have put on the bus, as somebody sees it who works on nothing. */
export class SentOver {
  /** Sequence numbers of what was sent and of what was reported lost, by stream and run. */
  readonly #runs = new Map<string, { stream: string; run: string; sent: Set<number>; lost: Set<number> }>();
  /** Why something was lost. */
  readonly reasons = new Set<string>();
  readonly gone = new Set<string>();
  #consumer: Consumer | null = null;

  static async by(bus: Bus): Promise<SentOver> {
    const sent = new SentOver();
    sent.#consumer = await bus.consume({
      group: 'audit',
      topics: ['streamprint.segments'],
      handle: async (delivery) => {
        if (delivery.type === 'segment/1') {
          const { stream, run, sequence } = delivery.content;
          sent.#of(stream.id, run).sent.add(sequence);
        }
        if (delivery.type === 'lost/1') {
          const { stream, run, sequence, count, reason } = delivery.content;
          for (let n = 0; n < count; n++) sent.#of(stream.id, run).lost.add(sequence + n);
          sent.reasons.add(reason);
        }
        if (delivery.type === 'state/1' && delivery.content.state === 'gone')
          sent.gone.add(delivery.content.stream.id);
      },
    });
    return sent;
  }

  /** All runs, with the numbers of what was sent and of what was reported lost, ascending. */
  get runs() {
    const ascending = (numbers: Set<number>) => [...numbers].sort((a, b) => a - b);
    return [...this.#runs.values()].map(({ stream, run, sent, lost }) => ({
      stream,
      run,
      sent: ascending(sent),
      lost: ascending(lost),
    }));
  }

  get count(): number {
    return [...this.#runs.values()].reduce((sum, { sent }) => sum + sent.size, 0);
  }

  close(): Promise<void> {
    return this.#consumer!.close();
  }

  #of(stream: string, run: string) {
    const name = `${stream} ${run}`;
    const known = this.#runs.get(name) ?? { stream, run, sent: new Set(), lost: new Set() };
    this.#runs.set(name, known);
    return known;
  }
}
