import { DatabaseFeed } from '../storage/database-feed.js';
import type { Review } from './review.js';
import { type ReviewRow, reviewOf } from './reviews.js';
import { openStoreDatabase } from './store-database.js';

/** Something that was said of a detection. */
export interface NumberedReview {
  /** Grows by one with each review of any detection. */
  readonly number: number;
  readonly review: Review;
  /** Of the detection. */
  readonly catalogue: string;
}

type NumberedRow = ReviewRow & { readonly no: number; readonly catalogue: string };

/** What people say of the detections of a data directory, in order. */
export class ReviewFeed extends DatabaseFeed {
  /** Of a store that is there. */
  static open(dataDirectory: string): ReviewFeed {
    return new ReviewFeed(openStoreDatabase(dataDirectory));
  }

  /** Number of the last review; 0 = there was none. */
  get last(): number {
    return this.database.get<{ last: number | null }>('SELECT max(no) AS last FROM reviews')?.last ?? 0;
  }

  /** The reviews after a number, in order. */
  after(number: number, limit: number): NumberedReview[] {
    return this.database
      .all<NumberedRow>(
        `SELECT r.*, d.catalogue FROM reviews r JOIN detections d ON d.id = r.detection_id
         WHERE r.no > ? ORDER BY r.no LIMIT ?`,
        number,
        limit,
      )
      .map((row) => ({ number: row.no, review: reviewOf(row), catalogue: row.catalogue }));
  }
}
