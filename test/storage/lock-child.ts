/** Takes the writer's lock of a directory, says so, and holds it until it is ended. */
import fs from 'node:fs';
import { acquireWriterLock } from '../../src/storage/writer-lock.js';

const lock = acquireWriterLock(process.argv[2]!, 'test data');
process.on('SIGTERM', () => {
  lock.release();
  process.exit(0);
});
setInterval(() => undefined, 1000);
fs.writeSync(1, 'locked\n');
