import { withoutSecrets } from '../capture/index.js';
import type { CaptureEvent, Segment } from '../domain/segment.js';
import type { Prepared } from './delivery.js';
import { lostDraft, noteDraft, type RunFacts, stateDraft } from './drafts.js';
import type { Outbox } from './outbox/outbox.js';
import { NO_STATS, type StreamStats } from './stream-stats.js';

/** What a person is told; addresses in it show no secrets. */
export interface ProbeEvent {
  readonly type: 'state' | 'note' | 'lost';
  /** Its name; empty = the probe itself. */
  readonly stream: string;
  readonly message: string;
}

type Topic = Parameters<Outbox['add']>[0];
type Lost = Parameters<typeof lostDraft>[1];
type State = Pick<Extract<CaptureEvent, { type: 'state' }>, 'at' | 'state' | 'reason'>;

export interface JournalServices {
  readonly outbox: Outbox;
  readonly now: () => number;
  readonly emit: (event: ProbeEvent) => void;
}

/** Tells what happens to one stream: to the bus by way of the outbox, to a person, and in numbers. */
export class StreamJournal {
  #stats: StreamStats;
  #sequence = 0;

  /** @param topic that messages about the stream go to */
  constructor(
    private facts: RunFacts,
    private topic: Topic,
    private readonly services: JournalServices,
  ) {
    this.#stats = { id: facts.stream.id, ...NO_STATS };
  }

  get stats(): StreamStats {
    return this.#stats;
  }

  get run(): RunFacts {
    return this.facts;
  }

  /** The stream is captured anew: numbers begin anew. */
  restart(facts: RunFacts, topic: Topic): void {
    this.facts = facts;
    this.topic = topic;
    this.#sequence = 0;
    this.#count({ restarts: this.#stats.restarts + 1 });
  }

  /** The number of the next segment of the run, over all its renditions. */
  next(): number {
    return this.#sequence++;
  }

  async segment({ bytes, duration }: Segment, { draft, body, features }: Prepared): Promise<void> {
    const { segments, bytes: before, seconds, featureBytes, featureSeconds, hastened } = this.#stats;
    this.#count({
      segments: segments + 1,
      bytes: before + bytes,
      seconds: seconds + duration,
      featureBytes: featureBytes + (features?.bytes ?? 0),
      featureSeconds: featureSeconds + (features?.seconds ?? 0),
      hastened: hastened + (features?.inHaste ? 1 : 0),
    });
    await this.services.outbox.add(this.topic, draft, body);
  }

  async lost(lost: Lost, sequence: number): Promise<void> {
    const reason = withoutSecrets(lost.reason);
    const by = lost.by === 'source' ? 'lostBySource' : 'lostByProbe';
    this.#count({ [by]: this.#stats[by] + 1 });
    this.say('lost', `segment ${sequence} lost: ${reason}`);
    await this.#add(lostDraft(this.facts, { ...lost, reason }, sequence));
  }

  async note(message: string): Promise<void> {
    const plain = withoutSecrets(message);
    this.say('note', plain);
    await this.#add(noteDraft(this.facts, this.services.now(), plain));
  }

  async state({ at, state, reason }: State): Promise<void> {
    const plain = withoutSecrets(reason);
    this.#count({ state });
    this.say('state', `${state}: ${plain}`);
    await this.#add(stateDraft(this.facts, { at, state, reason: plain }));
  }

  /** Tells a person, and nobody else. */
  say(type: ProbeEvent['type'], message: string): void {
    this.services.emit({ type, stream: this.facts.stream.name, message });
  }

  #add(draft: Parameters<Outbox['add']>[1]): Promise<void> {
    return this.services.outbox.add(this.topic, draft);
  }

  #count(changed: Partial<StreamStats>): void {
    this.#stats = { ...this.#stats, ...changed };
  }
}
