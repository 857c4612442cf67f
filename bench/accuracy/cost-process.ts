/** Measures the cost in a process by itself, which can be bound to one core; the last line it prints is the JSON. */
import { measureCost } from './cost.js';

const [media, hours] = process.argv.slice(2);
console.log(JSON.stringify(await measureCost(media || null, Number(hours))));
