import type { EngineSubscription, RecordSink, TopicPartition } from '../engine.js';
import type { Topic } from '../topics.js';
import type { Progress, RecordLog } from './record-log.js';

/** Records of one partition that are read at once. */
const FETCH = 16;
const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

interface Member {
  readonly topics: readonly Topic[];
  readonly sink: RecordSink;
  /** Where each of its partitions is read on from; first those whose turn was longest ago. */
  readonly cursors: Map<string, TopicPartition & { next: number }>;
}

/** The consumers of one group in this process, among which the partitions are shared out. */
export class Group {
  readonly #members: Member[] = [];
  readonly #saved = new Map<string, number>();

  /** @param partitions of a topic */
  constructor(
    private readonly name: string,
    private readonly log: RecordLog,
    private readonly partitions: (topic: Topic) => number,
  ) {}

  join(topics: readonly Topic[], sink: RecordSink): EngineSubscription {
    const member: Member = { topics, sink, cursors: new Map() };
    sink.onRoom = () => this.#fetch(member, [...member.cursors.values()]);
    this.#members.push(member);
    this.#share();
    return {
      close: async () => {
        const at = this.#members.indexOf(member);
        if (at < 0) return;
        this.#commit();
        this.#members.splice(at, 1);
        sink.revoked([...member.cursors.values()]);
        member.cursors.clear();
        this.#share();
      },
    };
  }

  /** There is something new in some partitions. */
  wake(partitions: readonly TopicPartition[]): void {
    const names = new Set(partitions.map(nameOf));
    for (const member of this.#members)
      this.#fetch(
        member,
        [...names].flatMap((name) => member.cursors.get(name) ?? []),
      );
  }

  /** How far its members have come since that was stored last; null = no further. */
  get progress(): Progress | null {
    const positions = this.#members
      .flatMap(({ sink }) => sink.committable)
      .filter((position) => this.#saved.get(nameOf(position)) !== position.offset);
    return positions.length === 0 ? null : { group: this.name, positions };
  }

  /** What it had come to is stored. */
  saved({ positions }: Progress): void {
    for (const position of positions) this.#saved.set(nameOf(position), position.offset);
  }

  #commit(): void {
    const { progress } = this;
    if (progress === null) return;
    this.log.saveProgress(progress);
    this.saved(progress);
  }

  /** Deals the partitions of each topic out in turn to those who want it. */
  #share(): void {
    this.#commit();
    const shares = new Map(this.#members.map((member) => [member, new Map<string, TopicPartition>()]));
    for (const topic of new Set(this.#members.flatMap(({ topics }) => topics))) {
      const takers = this.#members.filter(({ topics }) => topics.includes(topic));
      for (let partition = 0; partition < this.partitions(topic); partition++)
        shares
          .get(takers[partition % takers.length]!)!
          .set(nameOf({ topic, partition }), { topic, partition });
    }
    for (const [member, share] of shares) {
      const gone = [...member.cursors.values()].filter((cursor) => !share.has(nameOf(cursor)));
      for (const cursor of gone) member.cursors.delete(nameOf(cursor));
      if (gone.length > 0) member.sink.revoked(gone);
    }
    for (const [member, share] of shares) {
      const come = [...share.values()].filter((partition) => !member.cursors.has(nameOf(partition)));
      for (const partition of come)
        member.cursors.set(nameOf(partition), {
          ...partition,
          next: this.log.progress(this.name, partition),
        });
      if (come.length > 0) member.sink.assigned(come);
    }
    for (const member of this.#members) this.#fetch(member, [...member.cursors.values()]);
  }

  /**
   * Reads on, some records of each partition in turn: a member that is full before all is read gets the rest of it
   * first when it has room, so that under load no partition, and no stream in it, is left behind.
   */
  #fetch(member: Member, cursors: readonly (TopicPartition & { next: number })[]): void {
    let left = cursors;
    while (left.length > 0) {
      const more: (TopicPartition & { next: number })[] = [];
      for (const cursor of left) {
        if (member.sink.isFull) return;
        const records = this.log.read(cursor, cursor.next, FETCH);
        for (const record of records) {
          member.sink.offer(record);
          cursor.next = record.position.offset + 1;
        }
        if (records.length > 0) {
          member.cursors.delete(nameOf(cursor));
          member.cursors.set(nameOf(cursor), cursor);
        }
        if (records.length === FETCH) more.push(cursor);
      }
      left = more;
    }
  }
}
