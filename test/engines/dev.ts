import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './cache.js';
import { elasticsearch8 } from './elasticsearch.js';
import type { Engine } from './engine.js';
import { kafka, startAt } from './kafka.js';

/** Their own. */
const KAFKA_PORT = 9092;
const ELASTICSEARCH_PORT = 9200;
const ELASTICSEARCH_TRANSPORT_PORT = 9300;

/** Runs the engines for development, with data that stays, until it is interrupted. */
async function main(): Promise<void> {
  for (const engine of [kafka, elasticsearch8]) {
    const missing = await engine.missing();
    if (missing === null) continue;
    process.stderr.write(`${missing}\n`);
    process.exitCode = 1;
    return;
  }
  const running: Engine[] = [];
  try {
    running.push(await startAt(folder('kafka'), KAFKA_PORT, KAFKA_PORT + 1));
    tell('Kafka', running[0]!, folder('kafka'));
    const home = folder(`elasticsearch-${elasticsearch8.version}`);
    running.push(await elasticsearch8.startAt(home, ELASTICSEARCH_PORT, ELASTICSEARCH_TRANSPORT_PORT));
    tell(elasticsearch8.name, running[1]!, home);
    await new Promise((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
  } finally {
    await Promise.all(running.map((engine) => engine.stop()));
  }
}

function folder(name: string): string {
  const directory = path.join(cacheFolder(), 'dev', name);
  fs.mkdirSync(directory, { recursive: true });
  return directory;
}

function tell(name: string, { address }: Engine, directory: string): void {
  process.stdout.write(`${name} answers on ${address}; its data and log are in ${directory}\n`);
}

await main();
