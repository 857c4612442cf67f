import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { StreamprintError } from '../domain/errors.js';
import { acquireWriterLock, type WriterLock } from '../storage/writer-lock.js';
import { ProbeClock, steadyClock } from './clock.js';
import { NetworkFacts } from './network-facts.js';
import type { ProbeOptions } from './options.js';
import { DEFAULT_BOUNDS, Outbox } from './outbox/outbox.js';
import { Sender } from './outbox/sender.js';
import { DEFAULT_RING, MediaRing } from './ring/media-ring.js';

/** Parts of a probe that are open as long as it runs. */
export interface Parts {
  readonly lock: WriterLock;
  readonly outbox: Outbox;
  readonly sender: Sender;
  readonly ring: MediaRing;
  readonly clock: ProbeClock;
  readonly network: NetworkFacts;
}

/** Where what is being captured lies, until it is written down. */
export const spoolOf = ({ directory }: Pick<ProbeOptions, 'directory'>): string =>
  path.join(directory, 'spool');

/**
 * @param onJump told by how much the clock was set, ms
 * @throws SP_DATA_LOCKED when another probe has the directory
 * @throws SP_USAGE when options make no sense
 */
export async function openParts(options: ProbeOptions, onJump: (by: number) => void): Promise<Parts> {
  const { directory, asnDatabase, countryDatabase, serviceUrl, sameProcess } = options;
  if (options.mode === 'edge' && !options.pool)
    throw new StreamprintError('SP_USAGE', 'A probe at the edge needs something to decode with.');
  const network = NetworkFacts.open(asnDatabase ?? null, countryDatabase ?? null);
  const lock = acquireWriterLock(directory, 'probe');
  try {
    const now = options.now ?? Date.now;
    const trouble = (message: string) => options.emit?.({ type: 'note', stream: '', message });
    // What was fetched by a process that was killed, and not yet written down, is of no use to anyone.
    await rm(spoolOf(options), { recursive: true, force: true });
    await mkdir(spoolOf(options), { recursive: true });
    const kept = { ...DEFAULT_RING, ...options.ring };
    const ring = await MediaRing.open(path.join(directory, 'ring'), kept, now, trouble);
    const bounds = { ...DEFAULT_BOUNDS, ...options.buffer };
    // How long something waits is not for a clock to say that may be set.
    const steady = steadyClock(now);
    const outbox = await Outbox.open(path.join(directory, 'outbox'), bounds, steady, trouble);
    const sender = new Sender(outbox, options.bus, trouble);
    const known = sameProcess ? 0 : null;
    const clock = new ProbeClock({ serviceUrl: serviceUrl ?? null, known, now, onJump });
    await clock.measure();
    return { lock, outbox, sender, ring, clock, network };
  } catch (error) {
    lock.release();
    throw error;
  }
}
