/** Many live channels at once: `npm run bench:channels -- --channels 120 --minutes 10`. */
import { main } from './channels/main.js';

await main(process.argv.slice(2));
