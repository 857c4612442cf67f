import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utcMillis } from '../../src/domain/ids.js';
import { Dispatcher } from '../../src/transport/dispatcher.js';
import type { InRecord } from '../../src/transport/record.js';
import { StoredMemory } from '../../src/transport/stored-file.js';

const TOPIC = 'streamprint.segments';
const PARTITIONS = 3;
const RECORDS = 30;
const partition = (n: number) => ({ topic: TOPIC, partition: n }) as const;

/** Record number `offset` of a partition, whose two streams take turns. */
function record(of: number, offset: number): InRecord {
  return {
    position: { ...partition(of), offset },
    key: `stream-${of}-${offset % 2}`,
    headers: {},
    value: new StoredMemory(new Uint8Array(10)),
    at: utcMillis(0),
  };
}

type Step =
  | { readonly do: 'assign' | 'revoke' | 'offer'; readonly partition: number }
  | { readonly do: 'finish'; readonly which: number };

/** Runs steps as an engine would make them; every piece of work is finished by a step, or at the end. */
async function run(steps: readonly Step[]) {
  const open: { resolve: (done: boolean) => void; key: string; offset: number; lost: AbortSignal }[] = [];
  const done = Array.from({ length: PARTITIONS }, () => new Set<number>());
  /** Where each partition is read on from while it is assigned, as committed. */
  const cursors = new Map<number, number>();
  const committed = Array<number>(PARTITIONS).fill(0);
  const busy = new Set<string>();
  const dispatcher = new Dispatcher({
    concurrency: 2,
    maxWaiting: { records: 8, bytes: 1000 },
    work: async ({ key, position }, lost) => {
      // The same stream is only begun twice where the first one was given up.
      if ([...open].some((other) => other.key === key && !other.lost.aborted)) busy.add(key!);
      const finished = await new Promise<boolean>((resolve) =>
        open.push({ resolve, key: key!, offset: position.offset, lost }),
      );
      if (finished && !lost.aborted) {
        const before = [...done[position.partition]!].filter((offset) => offset % 2 === position.offset % 2);
        expect(Math.max(-1, ...before)).toBe(position.offset >= 2 ? position.offset - 2 : -1);
        done[position.partition]!.add(position.offset);
      }
      return finished && !lost.aborted;
    },
  });
  const commit = () => {
    for (const { partition: of, offset } of dispatcher.committable) {
      for (let n = 0; n < offset; n++)
        if (!done[of]!.has(n)) throw new Error(`${of}/${n} is committed and not done`);
      committed[of] = offset;
    }
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const offer = (of: number) => {
    const at = cursors.get(of);
    if (at === undefined || at >= RECORDS || dispatcher.isFull) return;
    dispatcher.offer(record(of, at));
    cursors.set(of, at + 1);
  };
  const take = async (step: Step) => {
    if (step.do === 'finish') {
      const [one] = open.splice(step.which % Math.max(1, open.length), 1);
      one?.resolve(true);
      await settle();
      return commit();
    }
    if (step.do === 'offer') return offer(step.partition);
    commit();
    if (step.do === 'assign' && !cursors.has(step.partition)) {
      cursors.set(step.partition, committed[step.partition]!);
      // Effects beyond what was committed come again: the test's worker forgets them, so as to see them come.
      for (const offset of done[step.partition]!)
        if (offset >= committed[step.partition]!) done[step.partition]!.delete(offset);
      dispatcher.assigned([partition(step.partition)]);
    }
    if (step.do === 'revoke' && cursors.delete(step.partition))
      dispatcher.revoked([partition(step.partition)]);
  };
  for (const step of steps) await take(step);
  for (let n = 0; n < PARTITIONS; n++) await take({ do: 'assign', partition: n });
  while (done.some(({ size }) => size < RECORDS)) {
    for (let n = 0; n < PARTITIONS; n++) offer(n);
    const before = open.length;
    await take({ do: 'finish', which: 0 });
    if (
      before === 0 &&
      open.length === 0 &&
      !dispatcher.isFull &&
      [...cursors.values()].every((at) => at >= RECORDS)
    )
      break;
  }
  return { done, busy, load: dispatcher.load };
}

describe('the dispatcher', () => {
  const share = fc.nat(PARTITIONS - 1);
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('assign', 'revoke'), partition: share }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('offer'), partition: share }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('finish'), which: fc.nat(10) }) },
  );

  it('does all of every partition in order, whichever go and come, and commits only what is done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 200 }), async (steps) => {
        const { done, busy, load } = await run(steps);
        for (const offsets of done) expect(offsets.size).toBe(RECORDS);
        expect([...busy]).toEqual([]);
        expect(load).toEqual({ waiting: 0, keys: 0, running: 0, bytes: 0 });
      }),
      { numRuns: 150 },
    );
  });

  it('says how many streams wait for their turn: not those that are worked on, whatever waits behind', async () => {
    let finish = (_: boolean) => {};
    const dispatcher = new Dispatcher({
      concurrency: 2,
      maxWaiting: { records: 100, bytes: 10_000 },
      work: () => new Promise((resolve) => (finish = resolve)),
    });
    dispatcher.assigned([partition(0), partition(1)]);
    // Two streams of two records each are worked on.
    for (const offset of [0, 1, 2, 3]) dispatcher.offer(record(0, offset));
    expect(dispatcher.load).toMatchObject({ running: 2, waiting: 2, keys: 0 });
    for (const offset of [0, 1, 2]) dispatcher.offer(record(1, offset));
    expect(dispatcher.load).toMatchObject({ running: 2, waiting: 5, keys: 2 });
    finish(true);
    await new Promise((resolve) => setImmediate(resolve));
    // One has begun; the one that made room has something left, and waits behind the other.
    expect(dispatcher.load).toMatchObject({ running: 2, waiting: 4, keys: 2 });
    dispatcher.revoked([partition(1)]);
    expect(dispatcher.load.keys).toBe(1);
  });
});
