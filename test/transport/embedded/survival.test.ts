import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bus, openEmbeddedBus } from '../../../src/transport/index.js';
import { segment, until } from '../support.js';

const TOPIC = 'streamprint.segments';

describe('the bus in one process', () => {
  let directory: string;
  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-embedded-bus-'));
  });
  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  /** Publishes in a process that is killed when it has said so many lines; returns what was acknowledged. */
  const publishUntilKilled = async (streams: string, lines: number): Promise<string[]> => {
    const script = fileURLToPath(new URL('./doomed-publisher.js', import.meta.url));
    const child = spawn(process.execPath, [script, directory, streams], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.split('\n').length > lines) child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.once('close', resolve));
    return said.split('\n').slice(0, -1);
  };

  const everything = async (bus: Bus): Promise<string[]> => {
    const seen: string[] = [];
    await bus.consume({
      group: 'workers',
      topics: [TOPIC],
      handle: async (delivery) => {
        if (delivery.type !== 'segment/1') return;
        await delivery.body!.read();
        const { stream, sequence, sha256 } = delivery.content;
        seen.push(`${stream.id} ${sequence} ${sha256}`);
      },
    });
    await until(
      () => bus.stats.health.waiting.records,
      (records) => records === 0,
    );
    return seen;
  };

  it('has every acknowledged segment when its process was killed, again and again', {
    timeout: 170_000,
  }, async () => {
    const acknowledged: string[] = [];
    for (const [kill, lines] of [1, 40, 111].entries())
      acknowledged.push(...(await publishUntilKilled(`a${kill},b${kill},c${kill}`, lines)));
    const bus = openEmbeddedBus({ directory }, { blobs: null });
    const seen = await everything(bus);
    expect(acknowledged.length).toBeGreaterThan(150);
    expect(new Set(seen).size).toBe(seen.length);
    expect(acknowledged.filter((line) => !seen.includes(line))).toEqual([]);
    for (const stream of ['a1', 'b1', 'c2']) {
      const sequences = seen
        .filter((line) => line.startsWith(`${stream} `))
        .map((line) => Number(line.split(' ')[1]));
      expect(sequences).toEqual(sequences.map((_, n) => n));
    }
    expect(bus.stats.deadLettered).toBe(0);
    await bus.close();
    // What was worked on is gone, bodies and all that a killed process left.
    expect(fs.readdirSync(path.join(directory, 'bodies'))).toEqual([]);
  });

  it('sees a body that a loss of power has cut short, and says so', async () => {
    const { draft, body } = segment('one', 0, 200_000);
    const first = openEmbeddedBus({ directory }, { blobs: null });
    await first.publish(TOPIC, draft, body);
    await first.close();
    const [file] = fs.readdirSync(path.join(directory, 'bodies'));
    fs.truncateSync(path.join(directory, 'bodies', file!), 100_000);
    const bus = openEmbeddedBus({ directory }, { blobs: null });
    const saved = path.join(directory, 'saved.ts');
    await bus.consume({
      group: 'workers',
      topics: [TOPIC],
      handle: (delivery) => delivery.body!.saveTo(saved),
    });
    const [letter] = await until(
      () => bus.deadLetters.list(),
      (letters) => letters.length === 1,
    );
    expect(letter!.error).toEqual({
      code: 'SP_MESSAGE_INVALID',
      field: 'bytes',
      message: 'bytes is 200000, and the body has 100000 bytes.',
    });
    expect(fs.existsSync(saved)).toBe(false);
    await bus.close();
  });

  it('makes publishers wait when the workers do not keep up, then refuses, and says why', async () => {
    const bus = openEmbeddedBus({ directory, maxBytes: 500_000, sendTimeout: 400 }, { blobs: null });
    const sent = Array.from({ length: 4 }, (_, n) => segment('one', n, 200_000));
    for (const { draft, body } of sent.slice(0, 2)) await bus.publish(TOPIC, draft, body);
    expect(bus.stats.health.waiting).toEqual({ records: 2, bytes: 400_000 });
    await expect(bus.publish(TOPIC, sent[2]!.draft, sent[2]!.body)).rejects.toMatchObject({
      code: 'SP_BUS_UNAVAILABLE',
      message: expect.stringContaining('500000 is the most'),
    });
    await bus.close();
  });

  it('goes on with publishing when there is room again', async () => {
    const bus = openEmbeddedBus({ directory, maxBytes: 500_000, sendTimeout: 20_000 }, { blobs: null });
    let done = 0;
    await bus.consume({
      group: 'workers',
      topics: [TOPIC],
      handle: async () => {
        done++;
      },
    });
    for (let n = 0; n < 8; n++) {
      const { draft, body } = segment('one', n, 200_000);
      await bus.publish(TOPIC, draft, body);
    }
    await until(
      () => done,
      (count) => count === 8,
    );
    await bus.close();
  });

  it('refuses what a full disk cannot take, loses nothing, and goes on when there is room', async (context) => {
    const small = path.join(directory, 'small');
    fs.mkdirSync(small);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', small]);
    if (mounted.status !== 0) context.skip('a small file system can only be mounted by root');
    try {
      const bus = openEmbeddedBus({ directory: path.join(small, 'bus') }, { blobs: null });
      const sent = Array.from({ length: 40 }, (_, n) => segment('one', n, 200_000));
      let acknowledged = 0;
      const publish = async () => {
        const { draft, body } = sent[acknowledged]!;
        await bus.publish(TOPIC, draft, body);
        acknowledged++;
      };
      await expect(
        (async () => {
          while (acknowledged < 20) await publish();
        })(),
      ).rejects.toMatchObject({ code: 'SP_DISK_FULL' });
      expect(acknowledged).toBeGreaterThan(5);
      // Not a byte more, not even to say what is done.
      const filler = fs.openSync(path.join(small, 'filler'), 'w');
      expect(() => {
        for (;;) fs.writeSync(filler, Buffer.alloc(4096));
      }).toThrow('ENOSPC');
      fs.closeSync(filler);
      const seen: number[] = [];
      await bus.consume({
        group: 'workers',
        topics: [TOPIC],
        handle: async (delivery) => {
          await delivery.body!.read();
          if (delivery.type === 'segment/1') seen.push(delivery.content.sequence);
        },
      });
      await until(
        () => bus.stats.health,
        ({ state }) => state === 'down',
      );
      expect(bus.stats.health.reason).toContain('No room left');
      await until(
        () => seen.length,
        (length) => length === acknowledged,
      );
      expect(seen).toEqual(Array.from({ length: acknowledged }, (_, n) => n));
      fs.rmSync(path.join(small, 'filler'));
      await until(
        () => bus.stats.health,
        ({ state, waiting }) => state === 'up' && waiting.records === 0,
      );
      await publish();
      await until(
        () => seen.length,
        (length) => length === acknowledged,
      );
      await bus.close();
    } finally {
      spawnSync('umount', ['-l', small]);
    }
  });

  it('is one process at a time', async () => {
    const bus = openEmbeddedBus({ directory }, { blobs: null });
    expect(() => openEmbeddedBus({ directory }, { blobs: null })).toThrow(`process ${process.pid}`);
    await bus.close();
    await openEmbeddedBus({ directory }, { blobs: null }).close();
  });
});
