import { StreamprintError } from '../domain/errors.js';
import { type DetectionId, detectionId, utcMillis } from '../domain/ids.js';
import type { Database, SqlValue } from '../storage/database.js';
import type { Review, Reviewer, Verdict } from './review.js';
import { openStoreDatabase } from './store-database.js';

export type ReviewRow = {
  readonly [column: string]: SqlValue;
  readonly detection_id: string;
  readonly verdict: string;
  readonly reason: string | null;
  readonly note: string | null;
  readonly reviewer: string;
  readonly reviewer_name: string;
  readonly at: number;
};

/** What a person says of a detection. */
export interface NewReview {
  readonly verdict: Verdict;
  readonly reason: string | null;
  readonly note: string | null;
  readonly reviewer: Reviewer;
}

/** Reviews that one detection may have. */
export const MAX_REVIEWS = 1000;

/** What people have said of detections: all of it is kept, the last counts. What a call has written is durable. */
export class Reviews {
  private constructor(
    private readonly database: Database,
    private readonly now: () => number,
  ) {}

  /** Beside the detection store, which must be there, of the newest version. */
  static open(dataDirectory: string, now: () => number = Date.now): Reviews {
    return new Reviews(openStoreDatabase(dataDirectory), now);
  }

  close(): void {
    this.database.close();
  }

  /** In the order in which they were given. */
  of(detection: DetectionId): Review[] {
    return this.database
      .all<ReviewRow>('SELECT * FROM reviews WHERE detection_id = ? ORDER BY no', detection)
      .map(reviewOf);
  }

  /** How many there are: what a reviewer says that has seen. */
  countOf(detection: DetectionId): number {
    const sql = 'SELECT count(*) AS n FROM reviews WHERE detection_id = ?';
    return this.database.get<{ n: number }>(sql, detection)?.n ?? 0;
  }

  /**
   * @param seen how many reviews its giver had seen
   * @returns null when there are others meanwhile: nothing is written
   * @throws SP_NOT_FOUND when there is no such detection; SP_CONFLICT for one too many
   */
  add(detection: DetectionId, seen: number, review: NewReview): Review | null {
    return this.database.transaction(() => {
      if (!this.database.get('SELECT 1 FROM detections WHERE id = ?', detection))
        throw new StreamprintError('SP_NOT_FOUND', `There is no detection ${detection}.`);
      const count = this.countOf(detection);
      if (count !== seen) return null;
      if (count >= MAX_REVIEWS)
        throw new StreamprintError(
          'SP_CONFLICT',
          `Detection ${detection} has ${MAX_REVIEWS} reviews already.`,
        );
      const at = utcMillis(this.now());
      const { verdict, reason, note, reviewer } = review;
      this.database.run(
        `INSERT INTO reviews (detection_id, verdict, reason, note, reviewer, reviewer_name, at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        ...[detection, verdict, reason, note, reviewer.id, reviewer.name, at],
      );
      return { ...review, detection, at };
    });
  }
}

export function reviewOf(row: ReviewRow): Review {
  return {
    detection: detectionId(row.detection_id),
    verdict: row.verdict as Verdict,
    reason: row.reason,
    note: row.note,
    reviewer: { id: row.reviewer, name: row.reviewer_name },
    at: utcMillis(row.at),
  };
}
