import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './cache.js';
import { kafka, startAt } from './kafka.js';

/** Kafka's own. */
const KAFKA_PORT = 9092;

/** Runs the engines for development, with data that stays, until it is interrupted. */
async function main(): Promise<void> {
  const missing = await kafka.missing();
  if (missing !== null) {
    process.stderr.write(`${missing}\n`);
    process.exitCode = 1;
    return;
  }
  const directory = path.join(cacheFolder(), 'dev', 'kafka');
  fs.mkdirSync(directory, { recursive: true });
  const broker = await startAt(directory, KAFKA_PORT, KAFKA_PORT + 1);
  process.stdout.write(`Kafka answers on ${broker.address}; its data and log are in ${directory}\n`);
  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await broker.stop();
}

await main();
