import { openElasticDetections } from '../../../src/detections/elasticsearch/index.js';
import { ThreadedSearch } from '../../../src/detections/search/threaded-search.js';

/** Copies the detections of a data directory until it is killed: `node feed-child.js DATA URL PREFIX` */
const [data = '', url = '', prefix = ''] = process.argv.slice(2);
openElasticDetections({
  elastic: { url, prefix },
  data,
  store: ThreadedSearch.open(data),
  now: Date.now,
  onTrouble: (message) => process.stderr.write(`${message}\n`),
});
