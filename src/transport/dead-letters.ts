import { StreamprintError } from '../domain/errors.js';
import { encode } from './codec.js';
import { type DeadLetterFacts, readDeadLetter } from './dead-letter.js';
import type { BusEngine } from './engine.js';
import { type InRecord, LETTER_HEADER, REPLAYED_HEADER, TYPE_HEADER } from './record.js';
import { isTopic, type Topic } from './topics.js';

const TOPIC = 'streamprint.dead-letters';

export interface DeadLetter extends DeadLetterFacts {
  /** As the message's header says; '' = it had none. */
  readonly type: string;
  /** Of the message. */
  readonly bytes: number;
  /** It went back to where it came from. */
  readonly replayed: boolean;
}

/** Messages that could not be worked on, and the way back. */
export class DeadLetters {
  constructor(
    private readonly engine: BusEngine,
    private readonly now: () => number,
  ) {}

  /** All that the topic still has, oldest first. */
  async list(): Promise<DeadLetter[]> {
    const letters = new Map<string, DeadLetter>();
    await this.#readAll(
      async (facts, { headers, value }) => {
        letters.set(facts.id, {
          ...facts,
          type: headers[TYPE_HEADER] ?? '',
          bytes: value?.bytes ?? 0,
          replayed: false,
        });
      },
      (id) => {
        const letter = letters.get(id);
        if (letter) letters.set(id, { ...letter, replayed: true });
      },
    );
    return [...letters.values()];
  }

  /**
   * Sends letters back to the topics that they came from, as they were, at the end of their stream; those that went
   * back already are left alone.
   * @param ids of letters; null = all
   * @returns those that were sent back
   * @throws SP_NOT_FOUND when a letter is not there; then none was sent back
   */
  async replay(ids: readonly string[] | null): Promise<DeadLetter[]> {
    const known = await this.list();
    const missing = ids?.find((id) => !known.some((letter) => letter.id === id));
    if (missing !== undefined)
      throw new StreamprintError('SP_NOT_FOUND', `There is no dead letter ${missing}.`);
    const wanted = new Map<string, DeadLetter>();
    for (const letter of known)
      if (!letter.replayed && (ids === null || ids.includes(letter.id))) wanted.set(letter.id, letter);
    const sent: DeadLetter[] = [];
    await this.#readAll(async (facts, record) => {
      const letter = wanted.get(facts.id);
      if (!letter || !wanted.delete(facts.id)) return;
      await this.#sendBack(letter, record);
      sent.push(letter);
    });
    return sent;
  }

  async #sendBack({ id, origin, key }: DeadLetter, record: InRecord): Promise<void> {
    if (!isTopic(origin.topic))
      throw new StreamprintError(
        'SP_NOT_FOUND',
        `Dead letter ${id} came from ${origin.topic}, which is no topic.`,
      );
    const { [LETTER_HEADER]: _, ...headers } = record.headers;
    await this.engine.send({
      topic: origin.topic satisfies Topic,
      key: key ?? id,
      headers: { ...headers, [REPLAYED_HEADER]: id },
      value: (await record.value?.read()) ?? new Uint8Array(),
    });
    const at = new Date(this.now()).toISOString();
    const marked = encode(TOPIC, { type: 'replayed/1', content: { letter: id, at } });
    await this.engine.send({
      topic: TOPIC,
      key: record.key ?? id,
      headers: marked.headers,
      value: marked.value,
    });
  }

  async #readAll(
    onLetter: (facts: DeadLetterFacts, record: InRecord) => Promise<void>,
    onReplayed: (id: string) => void = () => undefined,
  ): Promise<void> {
    const reader = await this.engine.read(TOPIC, async (record) => {
      const facts = readDeadLetter(record.headers);
      if (facts) return onLetter(facts, record);
      if (record.headers[TYPE_HEADER] !== 'replayed/1' || !record.value) return;
      const { letter } = JSON.parse(Buffer.from(await record.value.read()).toString()) as { letter: string };
      onReplayed(letter);
    });
    try {
      await reader.caughtUp;
    } finally {
      await reader.close();
    }
  }
}
