import path from 'node:path';
import type { ProbeOptions } from '../../src/probe/options.js';
import { type Probe, startProbe } from '../../src/probe/probe.js';
import type { ProbeEvent } from '../../src/probe/stream-journal.js';
import {
  type Bus,
  type ConsumerOptions,
  type Delivery,
  FileBlobStore,
  openEmbeddedBus,
} from '../../src/transport/index.js';
import { withFolder } from '../capture/support.js';

/** A bus in this process, what came over it, and how probes are started on it. */
export interface Scene {
  readonly folder: string;
  readonly bus: Bus;
  /** Messages in the order in which they came. */
  readonly received: readonly Delivery[];
  /** Their bodies, which are gone from the bus once they were received. */
  readonly bodies: ReadonlyMap<Delivery, Uint8Array>;
  readonly events: readonly ProbeEvent[];
  start(targets: readonly string[], options?: Partial<ProbeOptions>): Promise<Probe>;
}

/** Runs the work with an embedded bus; what was started is stopped afterwards. */
export async function withScene<T>(
  work: (scene: Scene) => Promise<T>,
  topics: ConsumerOptions['topics'] = ['streamprint.segments'],
): Promise<T> {
  return withFolder(async (folder) => {
    const bus = openEmbeddedBus(
      { directory: path.join(folder, 'bus') },
      { blobs: new FileBlobStore(path.join(folder, 'blobs')) },
    );
    const received: Delivery[] = [];
    const events: ProbeEvent[] = [];
    const bodies = new Map<Delivery, Uint8Array>();
    const probes: Probe[] = [];
    await bus.consume({
      group: 'test',
      topics,
      handle: async (delivery) => {
        bodies.set(delivery, (await delivery.body?.read()) ?? new Uint8Array());
        received.push(delivery);
      },
    });
    const start = async (targets: readonly string[], options: Partial<ProbeOptions> = {}) => {
      const probe = await startProbe(targets, {
        bus,
        name: 'probe-1',
        directory: path.join(folder, 'probe'),
        mode: 'central',
        emit: (event) => events.push(event),
        ...options,
      });
      probes.push(probe);
      return probe;
    };
    try {
      return await work({ folder, bus, received, bodies, events, start });
    } finally {
      await Promise.all(probes.map((probe) => probe.stop()));
      await bus.close();
    }
  });
}
