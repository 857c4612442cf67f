import type { Sender } from '../domain/source-facts.js';
import { NumberedFeed } from '../storage/numbered-feed.js';
import type { ReviewState } from './review.js';
import { type DetectionRow, detectionOf } from './rows.js';
import type { FoundDetection } from './search/detection-search.js';
import { openStoreDatabase } from './store-database.js';

/** A detection as it is now, to be copied to where it is searched. */
export interface FedDetection extends FoundDetection {
  /** Of its last change; grows with each change of any detection. */
  readonly number: number;
  /** Its own, which never changes: orders those that are alike. */
  readonly no: number;
  /** Of the asset, as it was told last; the detection has the one of its time. */
  readonly assetTitle: string;
  /** Who sent the stream meanwhile, as far as it is known. */
  readonly senders: readonly Sender[];
}

type FedRow = DetectionRow & {
  readonly number: number;
  readonly no: number;
  readonly asset_title: string;
  readonly host: string;
  readonly review: string;
  /** JSON */
  readonly senders: string;
};

/** The detections of a data directory in the order of their last changes, whoever writes them. */
export class SearchFeed extends NumberedFeed<FedDetection> {
  /** Of a store that is there, of the newest version. */
  static open(dataDirectory: string): SearchFeed {
    return new SearchFeed(openStoreDatabase(dataDirectory), 'search_feed');
  }

  /** The detections that were changed last after a number, in order. */
  override after(number: number, limit: number): FedDetection[] {
    return this.database
      .all<FedRow>(
        `SELECT c.number, c.no, f.review, a.title AS asset_title, s.host, d.*, s.name AS stream_name,
           s.url AS stream_url,
           (SELECT json_group_array(json_array(ip, asn)) FROM found_senders WHERE detection = f.no) AS senders
         FROM (SELECT * FROM search_feed WHERE number > ? ORDER BY number LIMIT ?) c
         CROSS JOIN found f ON f.no = c.no CROSS JOIN found_assets a ON a.no = f.asset
         CROSS JOIN detections d ON d.id = f.id CROSS JOIN streams s ON s.id = d.stream_id ORDER BY c.number`,
        number,
        limit,
      )
      .map((row) => ({
        number: row.number,
        no: row.no,
        detection: detectionOf(row),
        host: row.host,
        review: row.review as ReviewState,
        assetTitle: row.asset_title,
        senders: (JSON.parse(row.senders) as [string, number][]).map(([ip, asn]) => ({
          ip,
          asn: asn || null,
        })),
      }));
  }
}
