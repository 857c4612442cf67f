import { expect } from 'vitest';
import type { Bus, Content, DeadLetter, Follower } from '../../src/transport/index.js';
import { until } from '../transport/support.js';

type Told = Content<'detection/1'>;

/** All that workers told over a bus, held against what was sent and against another run. */
export class ToldOver {
  /** Messages that came again, or of which two say different things under one number. */
  readonly contradictions: string[] = [];
  readonly #byNumber = new Map<string, string>();
  readonly #ledger = new Map<string, Content<'ledger/1'>>();
  readonly #detections = new Map<string, Told>();
  readonly #opened = new Map<string, number>();

  private constructor(
    private readonly bus: Bus,
    private readonly follower: () => Follower,
  ) {}

  static async by(bus: Bus): Promise<ToldOver> {
    let follower: Follower;
    const told = new ToldOver(bus, () => follower);
    follower = await bus.follow({
      topic: 'streamprint.detections',
      take: async ({ message }) => {
        if (message?.type === 'ledger/1') told.#ledgerLine(message.content);
        if (message?.type === 'detection/1') told.#detection(message.content);
      },
      onInvalid: (position, error) =>
        told.contradictions.push(`${JSON.stringify(position)}: ${error.message}`),
    });
    return told;
  }

  close(): Promise<void> {
    return this.follower().close();
  }

  /** Sequence numbers of a stream's run that are in the ledger, by its states. */
  accounted(stream: string, run: string): { readonly had: number[]; readonly lost: number[] } {
    const lines = [...this.#ledger.values()].filter(
      (line) => line.stream.id === stream && line.segments?.run === run,
    );
    const of = (isLost: boolean) =>
      lines
        .filter(({ state }) => (state === 'lost') === isLost)
        .flatMap(({ segments }) => Array.from({ length: segments!.count }, (_, i) => segments!.sequence + i))
        .sort((a, b) => a - b);
    return { had: of(false), lost: of(true) };
  }

  get ledger(): Content<'ledger/1'>[] {
    return [...this.#ledger.values()];
  }

  /** What was found, in the order of its times; asset, stream, state, and where in asset and stream. */
  get found() {
    return [...this.#detections.values()]
      .map(({ id, stream, assetId, change, reference, time }) => ({
        id,
        stream: stream.id,
        assetId,
        isClosed: change === 'closed',
        reference,
        start: Date.parse(time.start),
        end: Date.parse(time.end),
      }))
      .sort((a, b) => a.stream.localeCompare(b.stream) || a.start - b.start);
  }

  /** Waits until so many detections are closed, and everything sent is accounted for. */
  async settled(
    sent: readonly { readonly stream: string; readonly run: string; readonly sequence: number }[],
    detections: number,
    ms = 120_000,
  ): Promise<void> {
    await until(
      () => ({
        missing: sent.flatMap(({ stream, run, sequence }) => {
          const { had, lost } = this.accounted(stream, run);
          const numbers = new Set([...had, ...lost]);
          return Array.from({ length: sequence }, (_, n) => n)
            .filter((n) => !numbers.has(n))
            .map((n) => `${stream}/${n}`);
        }),
        closed: this.found.filter(({ isClosed }) => isClosed).length,
      }),
      ({ missing, closed }) => missing.length === 0 && closed >= detections,
      ms,
    );
  }

  /**
   * That nothing was lost, doubled or changed, compared with a run that nothing disturbed.
   * @param within so far the ends may lie apart, s
   */
  expectLike(undisturbed: ToldOver, within: number): void {
    expect(this.contradictions).toEqual([]);
    expect(this.found.map(({ stream, assetId, isClosed }) => [stream, assetId, isClosed])).toEqual(
      undisturbed.found.map(({ stream, assetId, isClosed }) => [stream, assetId, isClosed]),
    );
    this.found.forEach(({ reference }, i) => {
      const other = undisturbed.found[i]!.reference;
      const both = JSON.stringify([this.found[i], undisturbed.found[i]]);
      expect(Math.abs(reference.start - other.start), both).toBeLessThan(within);
      expect(Math.abs(reference.end - other.end), both).toBeLessThan(within);
    });
    for (const [id, times] of this.#opened) expect(times, id).toBe(1);
  }

  letters(): Promise<DeadLetter[]> {
    return this.bus.deadLetters.list();
  }

  #ledgerLine(content: Content<'ledger/1'>): void {
    if (this.#isNew(content)) this.#ledger.set(`${content.stream.id} ${content.number}`, content);
  }

  #detection(content: Told): void {
    if (!this.#isNew(content)) return;
    this.#detections.set(content.id, content);
    if (content.change === 'opened') this.#opened.set(content.id, (this.#opened.get(content.id) ?? 0) + 1);
  }

  #isNew(content: Told | Content<'ledger/1'>): boolean {
    const name = `${content.stream.id} ${content.number}`;
    const text = JSON.stringify(content);
    const before = this.#byNumber.get(name);
    if (before !== undefined && before !== text) this.contradictions.push(`${name}: ${before} and ${text}`);
    this.#byNumber.set(name, text);
    return before === undefined;
  }
}
