import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Entry, merged } from '../../src/probe/outbox/entry.js';
import { DEFAULT_BOUNDS, Outbox, type OutboxBounds } from '../../src/probe/outbox/outbox.js';
import { withFolder } from '../capture/support.js';
import { lost, segment } from '../transport/support.js';

const TOPIC = 'streamprint.segments';

describe('the outbox of a probe', () => {
  const opened = async (folder: string, bounds: Partial<OutboxBounds> = {}, now: () => number = Date.now) => {
    const troubles: string[] = [];
    const directory = path.join(folder, 'outbox');
    const box = await Outbox.open(directory, { ...DEFAULT_BOUNDS, ...bounds }, now, (trouble) =>
      troubles.push(trouble),
    );
    return { box, directory, troubles };
  };

  const put = async (box: Outbox, folder: string, stream: string, sequence: number, bytes = 1000) => {
    const { draft, body } = segment(stream, sequence, bytes);
    const file = path.join(folder, `${stream}-${sequence}`);
    await writeFile(file, body);
    await box.add(TOPIC, draft, { file, bytes, owned: true });
  };

  /** Sends all of a stream: type and sequence, with the count of losses. */
  const sendAll = async (box: Outbox, stream: string): Promise<string[]> => {
    const sent: string[] = [];
    for (let entry = box.take(stream); entry; entry = box.take(stream)) {
      sent.push(said(entry));
      await box.done(stream);
    }
    return sent;
  };
  const said = ({ draft }: Entry): string => {
    if (draft.type === 'lost/1') return `lost ${draft.content.sequence} × ${draft.content.count}`;
    return draft.type === 'segment/1' ? `segment ${draft.content.sequence}` : draft.type;
  };

  it('gives each stream in its order, after its process ended in whatever way, and then is empty', async () => {
    await withFolder(async (folder) => {
      const { box } = await opened(folder);
      for (const n of [0, 1, 2]) for (const stream of ['a', 'b']) await put(box, folder, stream, n);
      box.take('a');
      await box.done('a');
      box.take('a');
      // Killed here: what was being sent is sent again.
      const { box: again, directory, troubles } = await opened(folder);
      expect(troubles).toEqual([]);
      expect(again.stats).toMatchObject({ messages: 5, bytes: 5000, dropped: 0 });
      expect(await sendAll(again, 'a')).toEqual(['segment 1', 'segment 2']);
      expect(await sendAll(again, 'b')).toEqual(['segment 0', 'segment 1', 'segment 2']);
      expect(again.stats).toMatchObject({ messages: 0, bytes: 0, oldest: null });
      expect(await readdir(directory)).toEqual([]);
    });
  });

  it('drops the oldest segments of all streams when it is full, and tells each loss in its place', async () => {
    await withFolder(async (folder) => {
      const { box } = await opened(folder, { maxBytes: 4000 });
      for (const n of [0, 1, 2, 3]) for (const stream of ['a', 'b']) await put(box, folder, stream, n);
      expect(box.stats).toMatchObject({ bytes: 4000, dropped: 4, messages: 6 });
      const { box: again } = await opened(folder);
      expect(again.stats).toMatchObject({ bytes: 4000, messages: 6 });
      for (const stream of ['a', 'b'])
        expect(await sendAll(again, stream)).toEqual(['lost 0 × 2', 'segment 2', 'segment 3']);
    });
  });

  it('drops what waits for too long, but not what is being sent', async () => {
    await withFolder(async (folder) => {
      let now = 0;
      const { box } = await opened(folder, { maxAge: 60 }, () => now);
      for (const n of [0, 1, 2]) await put(box, folder, 'a', n);
      expect(said(box.take('a')!)).toBe('segment 0');
      now = 61_000;
      await put(box, folder, 'a', 3);
      expect(box.stats.dropped).toBe(2);
      box.failed('a');
      expect(await sendAll(box, 'a')).toEqual(['segment 0', 'lost 1 × 2', 'segment 3']);
    });
  });

  it('tells the loss of what can never be sent, and of a body that is gone', async () => {
    await withFolder(async (folder) => {
      const { box, directory } = await opened(folder);
      for (const n of [0, 1]) await put(box, folder, 'a', n);
      box.take('a');
      await box.refused('a', 'too large');
      const [body] = (await readdir(directory)).filter((name) => name.endsWith('.body'));
      await rm(path.join(directory, body!));
      const { box: again } = await opened(folder);
      expect(await sendAll(again, 'a')).toEqual(['lost 0 × 1', 'lost 1 × 1']);
    });
  });

  it('leaves files that are not its own, and deletes what was half written', async () => {
    await withFolder(async (folder) => {
      const { box, directory } = await opened(folder);
      const { draft, body } = segment('a', 0);
      const file = path.join(folder, 'theirs.ts');
      await writeFile(file, body);
      await box.add(TOPIC, draft, { file, bytes: body.length, owned: false });
      await writeFile(path.join(directory, '000000000009.json.1234.tmp'), '{');
      await writeFile(path.join(directory, '000000000010.json'), '{');
      const { box: again, troubles } = await opened(folder);
      expect(troubles).toHaveLength(1);
      expect(await sendAll(again, 'a')).toEqual(['segment 0']);
      expect((await stat(file)).size).toBe(body.length);
      expect(await readdir(directory)).toEqual([]);
    });
  });

  it('joins losses that follow each other in one run, and no others', () => {
    const entry = (sequence: number, count: number): Entry => {
      return { number: sequence, topic: TOPIC, draft: lost('a', sequence, count), body: null, at: 0 };
    };
    const both = merged(entry(3, 2), entry(5, 1));
    expect(both?.draft.content).toMatchObject({ sequence: 3, count: 3, duration: 12 });
    expect(merged(entry(3, 2), entry(6, 1))).toBeNull();
  });
});
