/** What is found, where, and what is not: `npm run bench:accuracy -- --media DIR`. See docs/accuracy.md. */

import { run } from './accuracy/run.js';
import { readOptions } from './accuracy/run-options.js';

const options = readOptions(process.argv.slice(2));
if (options) await run(options);
