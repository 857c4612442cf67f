/**
 * Whether the API does what its document says, whatever it is sent: `npm run bench:fuzz [-- --requests 10000]`.
 * `schemathesis` makes requests from /openapi.json, right ones and wrong ones, and holds each answer to it.
 */
import { parseArgs } from 'node:util';
import { fuzz } from '../test/fuzz/fuzz.js';
import { schemathesis } from '../test/fuzz/schemathesis.js';
import { writeResults } from './lib/results.js';

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
});
const program = await schemathesis();
if (program === null) throw new Error('This needs Python 3.10 or newer, and its packages.');
const requests = Number(options.requests);
const found = await fuzz(program, { requests, seed: Number(options.seed) });
console.log(found.summary);
const { summary: _, ...figures } = found;
writeResults('fuzz', figures, { seed: Number(options.seed), wanted: requests });
if (found.serverErrors + found.violations > 0) process.exitCode = 1;
