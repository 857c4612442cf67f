import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EmbeddedEngine } from '../../../src/transport/embedded/embedded-engine.js';
import type { RecordSink } from '../../../src/transport/engine.js';
import type { InRecord } from '../../../src/transport/record.js';

let directory: string;
let engine: EmbeddedEngine;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-turns-'));
  engine = EmbeddedEngine.open({ directory });
});
afterEach(async () => {
  await engine.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

/** Takes so many records, and no more until it is emptied. */
class Narrow implements RecordSink {
  onRoom: () => void = () => undefined;
  readonly committable = [];
  readonly taken: InRecord[] = [];
  #room = 0;

  constructor(private readonly most: number) {
    this.#room = most;
  }

  get isFull(): boolean {
    return this.#room <= 0;
  }

  assigned(): void {}
  revoked(): void {}
  offer(record: InRecord): void {
    this.taken.push(record);
    this.#room--;
  }

  empty(): void {
    this.#room = this.most;
    this.onRoom();
  }
}

it('under load all partitions have their turn, and each goes on in its order', async () => {
  const keys = Array.from({ length: 40 }, (_, n) => `stream-${n}`);
  for (let round = 0; round < 20; round++)
    await Promise.all(
      keys.map((key) =>
        engine.send({ topic: 'streamprint.segments', key, headers: {}, value: Buffer.from(`${round}`) }),
      ),
    );
  const sink = new Narrow(16);
  await engine.subscribe('group', ['streamprint.segments'], sink);
  const partitions = 12;
  for (let turn = 1; turn < partitions; turn++) sink.empty();
  expect(new Set(sink.taken.map(({ position }) => position.partition)).size).toBe(partitions);
  while (sink.taken.length < 20 * keys.length) {
    const before = sink.taken.length;
    sink.empty();
    expect(sink.taken.length).toBeGreaterThan(before);
  }
  for (const key of keys) {
    const own = sink.taken.filter((record) => record.key === key);
    const values = await Promise.all(own.map(async ({ value }) => Number(Buffer.from(await value!.read()))));
    expect(values).toEqual(Array.from({ length: 20 }, (_, n) => n));
  }
});
