import path from 'node:path';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { HttpClient, operatorAddress } from '../capture/index.js';
import { messageOf } from '../domain/errors.js';
import { pause } from '../domain/pause.js';
import { replaceFile } from '../storage/durable-files.js';
import { channelListOf } from './channel-list.js';

const EVERY_MS = 10_000;
const TIMEOUT_MS = 15_000;
const MAX_ANSWER = 16 * 1024 ** 2;

/** What a probe says of itself. */
export interface Heartbeat {
  readonly version: string;
  readonly mode: 'central' | 'edge';
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly streams: { readonly live: number; readonly stalled: number; readonly gone: number };
  /** What waits on disk to be sent. */
  readonly buffer: { readonly messages: number; readonly bytes: number; readonly dropped: number };
  readonly sent: number;
  /** This clock less the service's, ms; null = not known. */
  readonly clockOffset: number | null;
  /** Targets that do not work, one sentence each. */
  readonly errors: readonly string[];
}

export interface ServiceLinkOptions {
  /** Where the service answers: `https://streamprint.example`. */
  readonly url: string;
  readonly key: string;
  /** Under which the probe is registered. */
  readonly name: string;
  /** A folder of the probe's own. */
  readonly directory: string;
  readonly onTrouble: (message: string) => void;
  /** ms; 10 s if absent. */
  readonly every?: number;
}

const Beaten = Compile(Type.Object({ channels: Type.String({ maxLength: 200 }) }));
const ChannelList = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Type.Union([Type.String(), Type.Null()]),
      name: Type.String(),
      url: Type.String(),
      userAgent: Type.Union([Type.String(), Type.Null()]),
      referer: Type.Union([Type.String(), Type.Null()]),
    }),
    { maxItems: 10_000 },
  ),
});
const Channels = Compile(ChannelList);

/**
 * A probe's word with the service: it says that it lives, and has its channel list from there. The last list lies on
 * disk, so that a probe starts, and goes on, while the service is away.
 */
export class ServiceLink {
  /** The channel list, as a file. */
  readonly list: string;
  readonly #http = new HttpClient();
  readonly #stop = new AbortController();
  #tag = '';
  #lastTrouble = '';
  #running: Promise<void> = Promise.resolve();

  private constructor(private readonly options: ServiceLinkOptions) {
    this.list = path.join(options.directory, 'channels.m3u');
  }

  /** Resolves when the list is there: from the service, or as it was when it was there last. */
  static async open(options: ServiceLinkOptions): Promise<ServiceLink> {
    const link = new ServiceLink(options);
    await link.#tell(() => link.#fetchList(''));
    return link;
  }

  /** @param onChange called when the list has changed */
  start(heartbeat: () => Heartbeat, onChange: () => Promise<void>): void {
    this.#running = this.#run(heartbeat, onChange);
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error('the probe stops'));
    await this.#running;
    await this.#http.close();
  }

  async #run(heartbeat: () => Heartbeat, onChange: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#tell(async () => {
        const tag = await this.#beat(heartbeat());
        if (tag === this.#tag) return;
        await this.#fetchList(tag);
        await onChange();
      });
      await pause(this.options.every ?? EVERY_MS, signal);
    }
  }

  /** @returns the version of the channel list */
  async #beat(said: Heartbeat): Promise<string> {
    const { status, text } = await this.#http.post(this.#addressOf('heartbeat'), {
      signal: this.#stop.signal,
      timeout: TIMEOUT_MS,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(said)),
    });
    if (status !== 200) throw new Error(`it answered with status ${status}${detailOf(text)}`);
    const answer: unknown = JSON.parse(text);
    if (!Beaten.Check(answer)) throw new Error('its answer to a heartbeat is none');
    return answer.channels;
  }

  async #fetchList(tag: string): Promise<void> {
    const request = { signal: this.#stop.signal, maxBytes: MAX_ANSWER, timeout: TIMEOUT_MS };
    const text = await this.#http.fetch(this.#addressOf('channels'), request, async ({ body }) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of body) pieces.push(piece);
      return Buffer.concat(pieces).toString('utf8');
    });
    const list: unknown = JSON.parse(text);
    if (!Channels.Check(list)) throw new Error('its channel list is none');
    const { items } = list as Static<typeof ChannelList>;
    await replaceFile(this.list, channelListOf(items));
    this.#tag = tag;
  }

  #addressOf(what: string) {
    const { url, name, key } = this.options;
    const base = url.replace(/\/+$/, '');
    return operatorAddress(`${base}/v1/probes/${encodeURIComponent(name)}/${what}`, {
      authorization: `Bearer ${key}`,
    });
  }

  /** What does not work is told once, and tried again. */
  async #tell(work: () => Promise<void>): Promise<void> {
    const { onTrouble } = this.options;
    try {
      await work();
      if (this.#lastTrouble !== '') onTrouble('the service answers again');
      this.#lastTrouble = '';
    } catch (error) {
      const message = messageOf(error);
      if (this.#stop.signal.aborted || message === this.#lastTrouble) return;
      onTrouble(`the service cannot be spoken to, the channel list stays as it was: ${message}`);
      this.#lastTrouble = message;
    }
  }
}

/** Why the service refuses, in its own words. */
function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return typeof detail === 'string' ? `: ${detail}` : '';
  } catch {
    return '';
  }
}
