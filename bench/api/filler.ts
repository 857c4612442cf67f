import fs from 'node:fs';
import path from 'node:path';
import { v5 as uuidv5 } from 'uuid';
import { Random } from '../../samples/random.js';
import { DetectionStore } from '../../src/detections/detection-store.js';
import { FILL } from '../../src/detections/search-schema.js';
import { Database } from '../../src/storage/database.js';

/** What the stored detections are of. */
export const CATALOGUES = 20;
export const ASSETS = 3000;
export const STREAMS = 500;
export const HOSTS = 60;
/** They reach back so far from `until`, ms. */
export const SPAN = 90 * 86_400_000;
const BATCH = 20_000;
const OPEN = 200;

export const WORDS = (
  'silver night river stars last summer voyage garden iron paper city north echo glass winter harbour ' +
  'letters shadow island road dream little king storm bridge orchard lantern falcon copper meadow'
).split(' ');

export const assetOf = (n: number) => ({ id: `asset-${n}`, catalogue: `catalogue-${n % CATALOGUES}` });
export const streamOf = (n: number) => ({ id: `stream-${n}`, host: `cdn-${n % HOSTS}.example` });

const titleOf = (n: number) => {
  const random = new Random(`title ${n}`);
  return `${['The', 'A', 'My'][n % 3]} ${random.pick(WORDS)} ${random.pick(WORDS)} ${random.pick(WORDS)} ${n}`;
};

/**
 * Fills a new detection store with detections, as fast as it can be: what triggers would do one by one is done at once.
 * @param directory of data @param until ms since 1970 @param say told how far it is
 */
export function fill(directory: string, count: number, until: number, say: (text: string) => void): void {
  DetectionStore.openWriter(directory).close();
  const database = Database.open(path.join(directory, 'detections', 'detections.db'));
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144');
  const apart = takeAway(database);
  const random = new Random('detections');
  database.transaction(() => {
    for (let n = 0; n < STREAMS; n++)
      database.run(
        'INSERT INTO streams (id, name, url, host) VALUES (?, ?, ?, ?)',
        streamOf(n).id,
        `Channel ${random.pick(WORDS)} ${n}`,
        `http://${streamOf(n).host}/live/${n}.m3u8`,
        streamOf(n).host,
      );
  });
  for (let from = 0; from < count; from += BATCH) {
    database.transaction(() => {
      for (let n = from; n < Math.min(count, from + BATCH); n++) put(database, random, n, count, until);
    });
    if (from % (10 * BATCH) === 0) say(`${from} of ${count} detections are stored`);
  }
  say('what they are found by is made');
  database.transaction(() => database.exec(FILL));
  database.transaction(() => {
    for (const sql of apart) database.exec(sql);
  });
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  fs.rmSync(path.join(directory, 'detections', 'detections.db-wal'), { force: true });
}

/** Some works are shown much more often than others. */
function put(database: Database, random: Random, n: number, count: number, until: number): void {
  const number = Math.floor(random.next() ** 2 * ASSETS);
  const asset = assetOf(number);
  const start = Math.round(until - SPAN + (n / count) * SPAN + random.range(0, 60_000));
  const seconds = random.range(20, random.chance(0.01) ? 20_000 : 5400);
  database.run(
    `INSERT INTO detections (id, state, stream_id, catalogue, asset_id, title, reference_id, modality, start, end,
       reference_start, reference_end, speed, mirrored, score, expected_false_per_day)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0, ?, 1e-9)`,
    uuidv5(String(n), uuidv5.URL),
    n >= count - OPEN ? 'open' : 'closed',
    streamOf(random.int(0, STREAMS - 1)).id,
    asset.catalogue,
    asset.id,
    titleOf(number),
    `reference-${number}`,
    random.pick(['video', 'audio', 'both', 'both']),
    start,
    start + Math.round(1000 * seconds),
    10,
    10 + seconds,
    Math.round(1000 * random.next()) / 1000,
  );
}

/** Triggers, and the indexes of what is filled, to be made again afterwards. */
function takeAway(database: Database): string[] {
  const parts = database.all<{ type: string; name: string; sql: string }>(
    `SELECT type, name, sql FROM sqlite_master
     WHERE type = 'trigger' OR (type = 'index' AND tbl_name = 'found' AND sql IS NOT NULL)`,
  );
  for (const { type, name } of parts) database.exec(`DROP ${type} ${name}`);
  // Indexes first: triggers write to them.
  return parts.sort((a, b) => (a.type < b.type ? -1 : 1)).map(({ sql }) => sql);
}
