import type { Seconds } from '../../../fingerprints/units.js';
import type { SharedContent } from '../../domain/catalogue.js';
import { assetId, referenceId } from '../../domain/ids.js';
import type { Modality } from '../../domain/match.js';
import type { Database, Row, SqlValue } from '../../storage/database.js';
import type { SharedContentFilter } from '../reference-index.js';
import { listedPairs, type SharedPair } from '../shared-content.js';

interface SharedRow extends Row {
  a_id: string;
  a_catalogue: string;
  a_asset: string;
  a_title: string;
  a_start: Seconds;
  a_end: Seconds;
  a_since: number;
  b_id: string;
  b_catalogue: string;
  b_asset: string;
  b_title: string;
  b_start: Seconds;
  b_end: Seconds;
  b_since: number;
  modality: Modality;
  score: number;
}

const SIDES = `
  a.id AS a_id, a.catalogue AS a_catalogue, a.asset_id AS a_asset, x.title AS a_title, a.registered_at AS a_since,
  b.id AS b_id, b.catalogue AS b_catalogue, b.asset_id AS b_asset, y.title AS b_title, b.registered_at AS b_since`;
const ASSETS = `
  JOIN assets x ON x.catalogue = a.catalogue AND x.id = a.asset_id
  JOIN assets y ON y.catalogue = b.catalogue AND y.id = b.asset_id`;
/** Renditions of one asset share what they are. */
const OF_TWO_ASSETS = '(a.catalogue, a.asset_id) <> (b.catalogue, b.asset_id)';

const OVERLAPS = `
  SELECT ${SIDES}, o.own_start AS a_start, o.own_end AS a_end, o.other_start AS b_start, o.other_end AS b_end,
    o.modality, o.score
  FROM "references" a JOIN overlaps o ON o.own = a.fingerprint_id
  JOIN "references" b ON b.fingerprint_id = o.other ${ASSETS} WHERE ${OF_TWO_ASSETS}`;
const SAME_BYTES = `
  SELECT ${SIDES}, 0 AS a_start, f.duration AS a_end, 0 AS b_start, f.duration AS b_end,
    CASE WHEN f.has_video = 0 THEN 'audio' WHEN f.audio_tracks = 0 THEN 'video' ELSE 'both' END AS modality, 1 AS score
  FROM "references" a JOIN fingerprints f ON f.id = a.fingerprint_id
  JOIN "references" b ON b.fingerprint_id = f.id ${ASSETS} WHERE ${OF_TWO_ASSETS}`;

/** What references of different assets share, in order of title and time. */
export function sharedContentIn(database: Database, filter: SharedContentFilter): SharedContent[] {
  const { sql, value } = conditionOf(filter);
  const pairs = [OVERLAPS, SAME_BYTES]
    .flatMap((select) => database.all<SharedRow>(`${select} ${sql}`, ...value))
    .map(pairOf);
  return listedPairs(pairs, filter);
}

function conditionOf({ catalogue, referenceId: id }: SharedContentFilter): {
  sql: string;
  value: SqlValue[];
} {
  if (id !== undefined) return { sql: 'AND a.id = ?', value: [id] };
  return catalogue === undefined
    ? { sql: '', value: [] }
    : { sql: 'AND a.catalogue = ?', value: [catalogue] };
}

function pairOf(row: SharedRow): SharedPair {
  return {
    a: {
      catalogue: row.a_catalogue,
      assetId: assetId(row.a_asset),
      title: row.a_title,
      referenceId: referenceId(row.a_id),
      interval: { start: row.a_start, end: row.a_end },
    },
    b: {
      catalogue: row.b_catalogue,
      assetId: assetId(row.b_asset),
      title: row.b_title,
      referenceId: referenceId(row.b_id),
      interval: { start: row.b_start, end: row.b_end },
    },
    since: { a: row.a_since, b: row.b_since },
    modality: row.modality,
    score: row.score,
  };
}
