import type { Database, Row } from '../storage/database.js';

/** How long an answer is kept, ms. */
const KEEP_MS = 24 * 3600_000;
/** Larger answers are not kept, bytes; none that creates gives one. */
const MAX_BYTES = 256 * 1024;

/** Who asked, and how the request is called. */
export interface RequestName {
  readonly keyId: string;
  readonly idempotencyKey: string;
}

export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What is known of a request of this name. */
export type Known =
  | { readonly is: 'new' }
  /** Another request came under this name. */
  | { readonly is: 'other' }
  | { readonly is: 'under-way' }
  /** The process ended while it worked on it: whether it was done is not known. */
  | { readonly is: 'cut-short' }
  | { readonly is: 'answered'; readonly answer: StoredAnswer };

interface AnswerRow extends Row {
  readonly request: Uint8Array;
  readonly status: number | null;
  readonly headers: string | null;
  readonly body: Uint8Array | null;
}

/** Answers to requests that make something, so that one that is sent again makes nothing again. */
export class Answers {
  readonly #underWay = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly now: () => number,
  ) {}

  /** @param request digest of all that the request says */
  begin(name: RequestName, request: Uint8Array): Known {
    return this.database.transaction(() => {
      this.database.run('DELETE FROM answers WHERE created_at < ?', this.now() - KEEP_MS);
      const row = this.database.get<AnswerRow>(
        'SELECT * FROM answers WHERE key_id = ? AND idempotency_key = ?',
        ...[name.keyId, name.idempotencyKey],
      );
      if (row) return this.#known(row, name, request);
      this.database.run(
        'INSERT INTO answers (key_id, idempotency_key, request, created_at) VALUES (?, ?, ?, ?)',
        ...[name.keyId, name.idempotencyKey, request, this.now()],
      );
      this.#underWay.add(idOf(name));
      return { is: 'new' };
    });
  }

  /** Keeps what was answered. @param answer null = nothing was made: it may be tried again */
  end(name: RequestName, answer: StoredAnswer | null): void {
    this.#underWay.delete(idOf(name));
    const where = 'WHERE key_id = ? AND idempotency_key = ?';
    const { keyId, idempotencyKey } = name;
    if (answer === null || answer.body.length > MAX_BYTES)
      this.database.run(`DELETE FROM answers ${where}`, keyId, idempotencyKey);
    else
      this.database.run(
        `UPDATE answers SET status = ?, headers = ?, body = ? ${where}`,
        ...[answer.status, JSON.stringify(answer.headers), answer.body, keyId, idempotencyKey],
      );
  }

  #known(row: AnswerRow, name: RequestName, request: Uint8Array): Known {
    if (!Buffer.from(row.request).equals(request)) return { is: 'other' };
    if (row.status === null) return { is: this.#underWay.has(idOf(name)) ? 'under-way' : 'cut-short' };
    const headers = JSON.parse(row.headers ?? '{}') as Record<string, string>;
    return { is: 'answered', answer: { status: row.status, headers, body: row.body ?? new Uint8Array() } };
  }
}

const idOf = ({ keyId, idempotencyKey }: RequestName): string => `${keyId} ${idempotencyKey}`;
