import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MediaPool } from '../../src/media/media-pool.js';
import { type EmbeddedIndex, openEmbeddedIndex } from '../../src/reference-index/embedded/index.js';
import { type RunningWorker, startWorker } from '../../src/roles/worker.js';
import type { Bus } from '../../src/transport/index.js';
import { streamprint } from '../support/cli.js';
import { cutIntoSegments } from '../support/live-channels.js';
import { makeChannel } from '../support/programme.js';
import { Sending } from '../support/sending.js';
import { TestBroker } from '../transport/kafka/broker.js';
import { until } from '../transport/support.js';
import { makeProgrammes } from './programmes.js';
import { ToldOver } from './told.js';

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
/** Length of a segment, s. */
const SEGMENT = 2;
/** Segments are sent so many times faster than they play, so that a minute of a channel takes seconds. */
const EVERY_MS = 250;

/** What runs on the channels: programme, where it starts, how long; s. `other` is not registered. */
export const CHANNELS: Record<string, readonly (readonly [string, number, number])[]> = {
  one: [
    ['other', 0, 6],
    ['alpha', 2, 26],
    ['beta', 4, 22],
  ],
  three: [
    ['alpha', 0, 28],
    ['other', 20, 8],
    ['beta', 8, 18],
  ],
  two: [
    ['beta', 0, 20],
    ['other', 10, 8],
    ['alpha', 6, 24],
  ],
};
export const DETECTIONS = 6;

/** A broker, channels and a catalogue that scenes are played with, and what was told when nothing disturbed. */
export class FaultBench {
  readonly #folder: string;
  #undisturbed: ToldOver | null = null;
  #count = 0;

  private constructor(
    readonly broker: TestBroker,
    readonly pool: MediaPool,
    readonly index: EmbeddedIndex,
    folder: string,
  ) {
    this.#folder = folder;
  }

  static async start(): Promise<FaultBench> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-faults-'));
    const file = (name: string) => path.join(folder, name);
    await makeProgrammes(file('programmes'), ['alpha', 'beta', 'other'], 32);
    for (const [name, stretches] of Object.entries(CHANNELS)) {
      await makeChannel(
        file(`${name}.ts`),
        stretches.map(([title, from, seconds]) => ({ file: file(`programmes/${title}.mp4`), from, seconds })),
      );
      await cutIntoSegments(file(`${name}.ts`), file(`channels/${name}`));
    }
    fs.rmSync(file('programmes/other.mp4'));
    await streamprint(['register', file('programmes'), '--data', file('data'), '--json']);
    const broker = await TestBroker.start();
    const pool = await MediaPool.start({ threads: 2 });
    const bench = new FaultBench(broker, pool, await openEmbeddedIndex(file('data')), folder);
    const scene = await bench.begin();
    await scene.work();
    await scene.settled(await scene.send());
    bench.#undisturbed = scene.told;
    await scene.end();
    return bench;
  }

  get undisturbed(): ToldOver {
    return this.#undisturbed!;
  }

  /** A file or folder of this bench. */
  file(name: string): string {
    return path.join(this.#folder, name);
  }

  segments(channel: string): Buffer[] {
    const folder = this.file(`channels/${channel}`);
    return fs
      .readdirSync(folder)
      .sort()
      .map((name) => fs.readFileSync(path.join(folder, name)));
  }

  begin(): Promise<Scene> {
    return Scene.begin(this, `faults-${this.#count++}`);
  }

  async dispose(): Promise<void> {
    await this.pool.close();
    await this.index.close();
    await this.broker.dispose();
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** One installation on the broker: topics, workers and who listens to them. */
export class Scene {
  readonly #workers = new Set<RunningWorker>();
  readonly #children = new Set<ChildProcess>();
  readonly #buses: Bus[] = [];

  private constructor(
    readonly bench: FaultBench,
    readonly prefix: string,
    readonly bus: Bus,
    readonly told: ToldOver,
  ) {
    this.#buses.push(bus);
  }

  static async begin(bench: FaultBench, prefix: string): Promise<Scene> {
    const { bus } = await bench.broker.bus(prefix, null, { sendTimeout: 180_000 });
    return new Scene(bench, prefix, bus, await ToldOver.by(bus));
  }

  async end(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const worker of this.#workers) await worker.close();
    for (const bus of this.#buses) await bus.close();
  }

  /** A worker in this process, with a connection of its own. */
  async work(): Promise<RunningWorker> {
    const { broker, index, pool } = this.bench;
    const { bus } = await broker.bus(this.prefix, null, { sendTimeout: 180_000 });
    this.#buses.push(bus);
    const worker = await startWorker({
      bus,
      index,
      pool,
      spool: this.bench.file(`spool-${randomUUID()}`),
      group: 'workers',
      threads: 2,
      commitDelay: 3000,
    });
    this.#workers.add(worker);
    return worker;
  }

  /** The command, as it is started on a command line; resolves when it has said something. */
  async run(args: readonly string[], saying: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, [main, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        STREAMPRINT_KAFKA: this.bench.broker.engine.address,
        STREAMPRINT_KAFKA_PREFIX: this.prefix,
        STREAMPRINT_CATALOGUE: 'data',
        STREAMPRINT_PAST_DAYS: '0',
        STREAMPRINT_THREADS: '1',
      },
    });
    this.#children.add(child);
    let said = '';
    for (const output of [child.stdout, child.stderr])
      output.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    await until(
      () => said,
      (text) => text.includes(saying),
      90_000,
    );
    return child;
  }

  /** Sends all channels, side by side. @param before is called before each segment is sent */
  async send(
    before: (sending: Sending) => Promise<void> = async () => undefined,
    everyMs = EVERY_MS,
  ): Promise<Sending[]> {
    const sendings = Object.keys(CHANNELS).map((name) => new Sending(this.bus, name, Date.now(), SEGMENT));
    await Promise.all(
      sendings.map(async (sending) => {
        await sending.say('live');
        for (const body of this.bench.segments(sending.stream)) {
          await before(sending);
          await sending.send(body);
          await sleep(everyMs);
        }
        await sending.say('gone');
      }),
    );
    return sendings;
  }

  /** Waits until all that was sent is accounted for, and all detections are closed. */
  settled(sendings: readonly Sending[]): Promise<void> {
    return this.told.settled(sendings, DETECTIONS);
  }
}
