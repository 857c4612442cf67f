import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { configFrom } from '../../src/config.js';
import { startAt } from '../../test/engines/kafka.js';
import { freePorts } from '../../test/engines/server-process.js';
import { observeBus } from './bus-observer.js';
import { CommandProcess } from './command-process.js';
import { ElasticsearchCatalogue } from './elasticsearch-catalogue.js';
import type { StartSystem, System, SystemOptions } from './system.js';
import { noteLine } from './system-serve.js';

const MIB = 2 ** 20;
/**
 * Media come by the gigabyte a minute. Of each of 12 partitions the broker keeps what a minute brings to one with many
 * channels, or little more: a worker may be a minute behind, when all channels begin at once or a server is killed.
 */
const RETENTION = {
  'log.retention.bytes': 256 * MIB,
  'log.segment.bytes': 32 * MIB,
  'log.retention.check.interval.ms': 5000,
  'log.segment.delete.delay.ms': 1000,
};

/** How references are kept on Elasticsearch. */
export interface OnElasticsearch {
  /** Of references beside the planted works. */
  readonly otherHours: number;
  /** From the start of the system to when the node is killed, s; null = it is not. */
  readonly killAfter: number | null;
}

/**
 * `streamprint probe` and `streamprint worker`, with a real Kafka broker between them, all on this machine.
 * @param elasticsearch null = the references are in the worker's data directory
 */
export function kafkaSystem(mode: 'central' | 'edge', elasticsearch: OnElasticsearch | null): StartSystem {
  return async (options) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-channels-kafka-'));
    const [port, controller] = (await freePorts(2)) as [number, number];
    const killAfter = elasticsearch?.killAfter ?? null;
    const broker = await startAt(folder, port, controller, RETENTION);
    const closing: (() => Promise<unknown>)[] = [
      async () => fs.rmSync(folder, { recursive: true, force: true }),
      () => broker.stop(),
    ];
    const close = async () => {
      const ended: PromiseSettledResult<unknown>[] = [];
      for (const step of closing.splice(0).reverse()) ended.push(...(await Promise.allSettled([step()])));
      const failed = ended.find((one) => one.status === 'rejected');
      if (failed) throw failed.reason;
    };
    try {
      const catalogue =
        elasticsearch && (await ElasticsearchCatalogue.start(folder, options.data, elasticsearch.otherHours));
      if (catalogue) closing.push(() => catalogue.stop());
      const system = await startBoth(mode, catalogue, {
        ...options,
        broker: broker.address,
        folder,
        closing,
        close,
        brokerPid: broker.pid!,
      });
      if (catalogue && killAfter !== null) catalogue.killAt(Date.now() + 1000 * killAfter);
      return system;
    } catch (error) {
      await close();
      throw error;
    }
  };
}

interface Around extends SystemOptions {
  readonly broker: string;
  readonly brokerPid: number;
  readonly folder: string;
  readonly closing: (() => Promise<unknown>)[];
  readonly close: () => Promise<void>;
}

async function startBoth(
  mode: 'central' | 'edge',
  catalogue: ElasticsearchCatalogue | null,
  around: Around,
): Promise<System> {
  const { data, onAir, profiles, observations, closing, close, broker, brokerPid, folder } = around;
  const environment = {
    STREAMPRINT_KAFKA: broker,
    STREAMPRINT_CATALOGUE: 'data',
    ...(catalogue && { STREAMPRINT_ELASTICSEARCH: catalogue.url }),
  };
  const start = async (args: readonly string[], until: RegExp | null) => {
    const command = new CommandProcess({
      ...{ args, environment, profiles, ...(until && { until }) },
      onLine: (line) => noteLine(observations, line),
    });
    closing.push(() => command.stop());
    if (until) await command.ready;
    return command;
  };
  const worker = await start(['worker', '--data', data], /works on streams/);
  const bus = await observeBus(configFrom(environment), data, observations);
  closing.push(() => bus.close());
  const own = path.join(folder, 'probe');
  const list = await onAir();
  const probe = await start(
    ['probe', list, '--data', own, '--mode', mode, '--name', 'bench', '--json'],
    null,
  );
  return {
    processes: { worker: worker.pid, probe: probe.pid },
    get servers() {
      return { broker: brokerPid, ...catalogue?.servers };
    },
    stop: close,
  };
}
