import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CATALOGUE_NAME } from '../../samples/catalogue.js';
import { generateSamples, type Samples } from '../../samples/generate.js';
import { type ChannelServer, startChannelServer } from '../../samples/server.js';
import { Access } from '../../src/access/access.js';
import { start, streamprint } from '../support/cli.js';
import { until } from '../transport/support.js';

/** The demo's own: made once, and found again by later runs. */
const SAMPLES = fileURLToPath(new URL('../../../data/demo/samples', import.meta.url));

/** A service in a process of its own, on the demo's data, with the demo's channels on air. */
export class Stage {
  #child: ChildProcess | null = null;
  #port = 0;
  url = '';

  private constructor(
    readonly folder: string,
    readonly samples: Samples,
    readonly channels: ChannelServer,
    /** Of an administrator. */
    readonly key: string,
  ) {}

  /** @param without titles of the demo that are not registered */
  static async open(without: readonly string[]): Promise<Stage> {
    const samples = await generateSamples({ directory: SAMPLES });
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-pages-'));
    const media = path.join(folder, 'media');
    await fs.mkdir(media);
    for (const name of await fs.readdir(samples.catalogue))
      if (!without.includes(path.parse(name).name))
        await fs.copyFile(path.join(samples.catalogue, name), path.join(media, name));
    const data = path.join(folder, 'data');
    const options = [
      '--catalogue',
      CATALOGUE_NAME,
      '--metadata',
      path.join(media, 'metadata.csv'),
      '--data',
      data,
    ];
    const { code, stderr } = await streamprint(['register', media, ...options]);
    if (code !== 0) throw new Error(stderr);
    const access = await Access.open(data);
    const key = access.firstKey()!;
    access.close();
    const stage = new Stage(
      folder,
      samples,
      await startChannelServer({ directory: SAMPLES, isEndless: true }),
      key,
    );
    await stage.begin();
    return stage;
  }

  /** Media of a title. */
  media(title: string): string {
    return path.join(this.samples.catalogue, `${title}.mp4`);
  }

  /** Starts the service; again on the port that it had. */
  async begin(): Promise<void> {
    const data = path.join(this.folder, 'data');
    const child = start(['serve', this.channels.url, '--data', data, '--port', String(this.#port), '--json']);
    this.#child = child;
    let said = '';
    let errors = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      if (!said.includes('"serving"')) said += text;
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const address = () => /"type":"serving".*?"url":"([^"]+)"/.exec(said)?.[1] ?? null;
    await until(
      () => address() ?? (child.exitCode === null ? null : errors),
      (url) => url !== null,
      120_000,
    );
    if (address() === null) throw new Error(errors);
    this.url = address()!;
    this.#port = Number(new URL(this.url).port);
  }

  /** Ends the service. */
  async end(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    await ended;
  }

  async close(): Promise<void> {
    await this.end();
    await this.channels.close();
    await fs.rm(this.folder, { recursive: true, force: true });
  }
}
