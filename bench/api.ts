/**
 * Search over a million stored detections while channels are watched in the same process:
 * `npm run bench:api -- [--detections 1000000] [--rate 200] [--channels 24] [--minutes 3] [--reference-hours 100]`.
 */
import { main } from './api/main.js';

await main(process.argv.slice(2));
