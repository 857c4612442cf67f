import { randomUUID } from 'node:crypto';
import { StreamprintError } from '../domain/errors.js';
import type { Bus, Content, Draft, Entry, Follower, Position } from '../transport/index.js';

export type StreamStateContent = Content<'stream-state/1'>;
type StreamContent = StreamStateContent['stream'];

/** What a worker says of a stream: whoever has claimed it last. */
export type Said = Omit<StreamStateContent, 'claim' | 'revision'>;

/** Longer than a client of Kafka takes to come back when a broker was away. */
const PATIENCE_MS = 60_000;

interface Line {
  claim: string;
  state: StreamStateContent | null;
}

/** A stream that this process works on, until another claims it. */
export interface Hold {
  readonly claim: string;
  /** Where the stream stood when it was claimed; null = nothing is known of it. */
  readonly state: StreamStateContent | null;
  revision: number;
}

/**
 * Where every stream stands, as all workers know it: the topic is read from its start, and what lies there first
 * counts. So two workers that both take a stream for theirs never both do what it leads to.
 */
export class StreamStates {
  readonly #lines = new Map<string, Line>();
  /** Who waits for a message of its own to come back, by claim and revision. */
  readonly #waiting = new Map<string, (counts: boolean) => void>();
  #follower: Follower | null = null;

  private constructor(
    private readonly bus: Bus,
    private readonly now: () => number,
    private readonly onTrouble: (message: string) => void,
    private readonly patience: number,
  ) {}

  /**
   * Resolves when all that was said so far is known.
   * @param patience for so long, ms, what was said may take to come back
   * @throws SP_BUS_UNAVAILABLE
   */
  static async open(
    bus: Bus,
    now: () => number,
    onTrouble: (message: string) => void,
    patience = PATIENCE_MS,
  ): Promise<StreamStates> {
    const states = new StreamStates(bus, now, onTrouble, patience);
    states.#follower = await bus.follow({
      topic: 'streamprint.streams',
      take: async (entry) => states.#take(entry),
      onInvalid: (position, error) => states.#invalid(position, error),
    });
    await states.#follower.caughtUp;
    return states;
  }

  /** Where the streams stand that are known. */
  get all(): StreamStateContent[] {
    return [...this.#lines.values()].flatMap(({ state }) => state ?? []);
  }

  /** Takes a stream over; resolves when that is known to all, with where it stands. Throws as `Bus.publish` does. */
  async claim(stream: StreamContent): Promise<Hold> {
    const claim = randomUUID();
    const at = new Date(this.now()).toISOString();
    await this.#saying(claim, null, { type: 'claim/1', content: { stream, at, claim } });
    return { claim, state: this.#lines.get(stream.id)?.state ?? null, revision: 0 };
  }

  isOurs(stream: string, { claim }: Hold): boolean {
    return this.#lines.get(stream)?.claim === claim;
  }

  /**
   * Says where a stream stands; resolves when that is known to all.
   * @returns false when another has claimed it first: then it does not count. Throws as `Bus.publish` does
   */
  async save(hold: Hold, said: Said): Promise<boolean> {
    const revision = ++hold.revision;
    const content = { ...said, claim: hold.claim, revision };
    return this.#saying(hold.claim, revision, { type: 'stream-state/1', content });
  }

  /** Forgets a stream that nobody speaks of any more. Throws as `Bus.publish` does. */
  async forget(stream: string): Promise<void> {
    await this.bus.retract('streamprint.frames', stream);
    await this.bus.retract('streamprint.streams', stream);
  }

  async close(): Promise<void> {
    await this.#follower?.close();
  }

  /**
   * Sends a message and waits until it comes back. One that others have followed at once under its key may be gone
   * before it is read: then it is not known whether it counts, and is to be said again.
   * @returns whether it counts
   */
  async #saying(claim: string, revision: number | null, draft: Draft): Promise<boolean> {
    const name = nameOf(claim, revision);
    const comesBack = new Promise<boolean>((resolve) => this.#waiting.set(name, resolve));
    let timer: NodeJS.Timeout | undefined;
    try {
      await this.bus.publish('streamprint.streams', draft);
      return await new Promise<boolean>((resolve, reject) => {
        void comesBack.then(resolve);
        const message = `What was said of a stream did not come back within ${this.patience / 1000} s.`;
        const giveUp = () => reject(new StreamprintError('SP_BUS_UNAVAILABLE', message));
        timer = setTimeout(giveUp, this.patience);
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(name);
    }
  }

  #take({ key, message }: Entry): void {
    // The claim of a stream that is forgotten stays, under a key of its own, and says nothing without its state.
    if (message === null) this.#lines.delete(key);
    else if (message.type === 'claim/1') {
      const { stream, claim } = message.content;
      const line = this.#lines.get(stream.id);
      if (line) line.claim = claim;
      else this.#lines.set(stream.id, { claim, state: null });
      this.#tell(claim, null, true);
    } else if (message.type === 'stream-state/1') {
      const { stream, claim, revision } = message.content;
      const line = this.#lines.get(stream.id);
      // Of a stream that nobody works on any more, only its last state is left in the topic.
      const counts = line === undefined || line.claim === claim;
      if (counts) this.#lines.set(stream.id, { claim, state: message.content });
      this.#tell(claim, revision, counts);
    }
  }

  #tell(claim: string, revision: number | null, counts: boolean): void {
    const name = nameOf(claim, revision);
    this.#waiting.get(name)?.(counts);
    this.#waiting.delete(name);
  }

  #invalid({ partition, offset }: Position, error: Error): void {
    this.onTrouble(`streamprint.streams/${partition}/${offset} is not understood: ${error.message}`);
  }
}

const nameOf = (claim: string, revision: number | null): string => `${claim} ${revision}`;
