import { isUtf8 } from 'node:buffer';
import { isPassing, StreamprintError } from '../domain/errors.js';
import { decode, encode } from './codec.js';
import { type DeadLetterFacts, readDeadLetter } from './dead-letter.js';
import type { BusEngine } from './engine.js';
import { MessageError } from './message-error.js';
import {
  CONTENT_HEADER,
  type Headers,
  type InRecord,
  LETTER_HEADER,
  REPLAYED_HEADER,
  TYPE_HEADER,
} from './record.js';
import { isTopic, type Topic } from './topics.js';

const TOPIC = 'streamprint.dead-letters';
/** Text that is shown of a letter, bytes. */
const MAX_CONTENT = 64 * 1024;

export interface DeadLetter extends DeadLetterFacts {
  /** As the message's header says; '' = it had none. */
  readonly type: string;
  /** Of the message. */
  readonly bytes: number;
  /** It went back to where it came from. */
  readonly replayed: boolean;
}

/** A dead letter, and what it says. */
export interface OpenedLetter extends DeadLetter {
  /** Its headers, but for what makes it a dead letter. */
  readonly headers: Headers;
  /** What it says beside its body: JSON if it is any, else text; null where there is none, or too much of it. */
  readonly content: unknown;
}

/** What became of a letter that was to go back: `error` is null where it did. */
export interface Replay {
  readonly letter: DeadLetter;
  readonly error: StreamprintError | null;
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
      async (facts, record) => {
        letters.set(facts.id, letterOf(facts, record));
      },
      (id) => {
        const letter = letters.get(id);
        if (letter) letters.set(id, { ...letter, replayed: true });
      },
    );
    return [...letters.values()];
  }

  /** One letter with what it says. @throws SP_NOT_FOUND */
  async show(id: string): Promise<OpenedLetter> {
    let opened: OpenedLetter | null = null;
    let replayed = false;
    await this.#readAll(
      async (facts, record) => {
        if (facts.id === id) opened = await openedOf(facts, record);
      },
      (letter) => {
        replayed ||= letter === id;
      },
    );
    if (opened === null) throw notFound(id);
    return { ...(opened as OpenedLetter), replayed };
  }

  /**
   * Sends letters back to the topics that they came from, as they were, at the end of their stream; those that went
   * back already are left alone.
   * @param ids of letters; null = all
   * @returns those that were sent back, and those that can never go, with the reason
   * @throws SP_NOT_FOUND when a letter is not there; then none was sent back
   * @throws SP_BUS_UNAVAILABLE, SP_DISK_FULL: the rest is to be sent another time
   */
  async replay(ids: readonly string[] | null): Promise<Replay[]> {
    const known = await this.list();
    const missing = ids?.find((id) => !known.some((letter) => letter.id === id));
    if (missing !== undefined) throw notFound(missing);
    const wanted = new Map<string, DeadLetter>();
    for (const letter of known)
      if (!letter.replayed && (ids === null || ids.includes(letter.id))) wanted.set(letter.id, letter);
    const outcomes: Replay[] = [];
    await this.#readAll(async (facts, record) => {
      const letter = wanted.get(facts.id);
      if (!letter || !wanted.delete(facts.id)) return;
      outcomes.push({ letter, error: await this.#tryToSendBack(letter, record) });
    });
    return outcomes;
  }

  async #tryToSendBack(letter: DeadLetter, record: InRecord): Promise<StreamprintError | null> {
    try {
      await this.#sendBack(letter, record);
      return null;
    } catch (error) {
      if (error instanceof StreamprintError && !isPassing(error)) return error;
      throw error;
    }
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
      key: id,
      headers: marked.headers,
      value: marked.value,
    });
  }

  async #readAll(
    onLetter: (facts: DeadLetterFacts, record: InRecord) => Promise<void>,
    onReplayed: (id: string) => void = () => undefined,
  ): Promise<void> {
    const reader = await this.engine.read(TOPIC, 0, async (record) => {
      const facts = readDeadLetter(record.headers);
      if (facts) return onLetter(facts, record);
      const letter = await replayedIn(record);
      if (letter !== null) onReplayed(letter);
    });
    try {
      await reader.caughtUp;
    } finally {
      await reader.close();
    }
  }
}

function letterOf(facts: DeadLetterFacts, { headers, value }: InRecord): DeadLetter {
  return { ...facts, type: headers[TYPE_HEADER] ?? '', bytes: value?.bytes ?? 0, replayed: false };
}

async function openedOf(facts: DeadLetterFacts, record: InRecord): Promise<OpenedLetter> {
  const { [LETTER_HEADER]: _, [CONTENT_HEADER]: content, ...headers } = record.headers;
  const text = content ?? (await textOf(record));
  return { ...letterOf(facts, record), headers, content: text && jsonOr(text) };
}

async function textOf({ value }: InRecord): Promise<string | null> {
  if (!value || value.bytes > MAX_CONTENT) return null;
  const bytes = await value.read();
  return isUtf8(bytes) ? Buffer.from(bytes).toString() : null;
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Id of the letter that a record says has gone back; null = it says nothing of the kind. */
async function replayedIn(record: InRecord): Promise<string | null> {
  try {
    const message = await decode(record);
    return message?.type === 'replayed/1' ? message.content.letter : null;
  } catch (error) {
    // What a stranger has put there is not ours to fail on.
    if (error instanceof MessageError) return null;
    throw error;
  }
}

function notFound(id: string): StreamprintError {
  return new StreamprintError('SP_NOT_FOUND', `There is no dead letter ${id}.`);
}
