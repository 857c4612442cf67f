import { elasticsearch8, elasticsearch9 } from './elasticsearch.js';
import { kafka } from './kafka.js';
import { s3 } from './s3.js';

/** Brings what engines are made of to this machine, so that tests need not wait for it; says what is missing. */
for (const engine of [kafka, elasticsearch8, elasticsearch9, s3]) {
  const missing = await engine.missing();
  if (missing !== null) process.stderr.write(`streamprint: ${missing} Tests that need it are skipped.\n`);
}
