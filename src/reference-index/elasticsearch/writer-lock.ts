import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { StreamprintError } from '../../domain/errors.js';
import type { ElasticClient } from './client.js';
import type { IndexNames } from './indices.js';

const LOCK_ID = 'writer';
/** The holder writes a sign of life this often, … */
const ALIVE_EVERY_MS = 5000;
/** … and is taken for gone when there was none for so long. */
const GONE_AFTER_MS = 20_000;
const LOOK_EVERY_MS = 500;

interface Holder {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
}

interface LockAnswer {
  readonly found: boolean;
  readonly _seq_no: number;
  readonly _primary_term: number;
  readonly _source: { readonly state: Holder };
}

/**
 * One writer at a time, by a document that it keeps writing. That of a process of this machine which is gone is taken
 * over at once, any other one when it was not written for 20 s. It keeps honest writers apart; one that was taken for
 * gone and is not is stopped by the state, which is only written where it was last seen.
 */
export class WriterLock {
  private readonly me: Holder = { id: randomUUID(), host: os.hostname(), pid: process.pid };
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly client: ElasticClient,
    private readonly names: IndexNames,
  ) {}

  /** Waits for a sign of life of a holder on another machine. Throws SP_DATA_LOCKED, naming the holder, when it lives. */
  static async acquire(client: ElasticClient, names: IndexNames): Promise<WriterLock> {
    const lock = new WriterLock(client, names);
    const deadline = Date.now() + GONE_AFTER_MS;
    let first: LockAnswer | null = null;
    for (;;) {
      const held = await lock.read();
      if (!held) {
        if (await lock.write(null)) break;
        continue;
      }
      first ??= held;
      const holder = held._source.state;
      const isOurs = holder.host === lock.me.host;
      if (isOurs ? isRunning(holder.pid) : held._seq_no !== first._seq_no) throw lock.isHeldBy(holder);
      if ((isOurs || Date.now() > deadline) && (await lock.write(held))) break;
      await pause(LOOK_EVERY_MS);
    }
    lock.timer = setInterval(() => void lock.sayAlive(), ALIVE_EVERY_MS);
    lock.timer.unref();
    return lock;
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    const held = await this.read();
    if (held?._source.state.id !== this.me.id) return;
    await this.client.request({ method: 'DELETE', path: this.path }, 'null');
  }

  private get path(): string {
    return `/${this.names.records}/_doc/${LOCK_ID}`;
  }

  private async read(): Promise<LockAnswer | null> {
    const answer = await this.client.request<LockAnswer>({ method: 'GET', path: this.path }, 'null');
    return answer?.found ? answer : null;
  }

  /** Whether it is ours now; null = there must be none yet. */
  private async write(over: LockAnswer | null): Promise<boolean> {
    try {
      await this.client.request({
        method: 'PUT',
        path: this.path,
        query: over
          ? { if_seq_no: over._seq_no, if_primary_term: over._primary_term }
          : { op_type: 'create' },
        body: { kind: 'writer', state: this.me },
      });
      return true;
    } catch (error) {
      // The answer to the first of two requests may have been lost: then what is there is ours.
      if ((await this.read())?._source.state.id === this.me.id) return true;
      if (error instanceof StreamprintError && /version_conflict/.test(error.message)) return false;
      throw error;
    }
  }

  /** A server that is away needs none. */
  private async sayAlive(): Promise<void> {
    try {
      const held = await this.read();
      if (held?._source.state.id === this.me.id) await this.write(held);
    } catch {}
  }

  private isHeldBy({ host, pid }: Holder): StreamprintError {
    return new StreamprintError(
      'SP_DATA_LOCKED',
      `Process ${pid} on ${host} writes to the reference index ${this.names.records} at ${this.client.where}: only one may at a time.`,
    );
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
