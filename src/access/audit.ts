import { createHash } from 'node:crypto';
import type { Database, Row } from '../storage/database.js';
import { canonicalJson } from './canonical-json.js';

/** What is said of what a process began that was stopped meanwhile. */
const UNKNOWN = 'unknown: the service was stopped';

/** What comes before the first entry. */
const NOTHING = '0'.repeat(64);
const READ_AT_ONCE = 1000;

/** What is noted. */
export interface AuditNote {
  /** Name of the user; `command line` for commands beside the service. */
  readonly actor: string;
  /** `asset.update`, `evidence.read`. */
  readonly action: string;
  /** What it was done to: a path of the API, or a name. */
  readonly target: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AuditEntry extends AuditNote {
  /** From 1, without gaps. */
  readonly seq: number;
  /** UTC, ISO 8601 with ms. */
  readonly time: string;
  /** Hash of the entry before, hex; zeros before the first. */
  readonly prevHash: string;
  /** SHA-256 of all the rest as canonical JSON (names in order), hex. */
  readonly hash: string;
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** Only entries before this one. */
  readonly before?: number | undefined;
}

declare const begunBrand: unique symbol;
/** Something that was begun and has not ended. */
export type Begun = number & { readonly [begunBrand]: true };

/** What verifying found. */
export interface Verdict {
  readonly entries: number;
  /** The last entry that is as it was written. */
  readonly last: Pick<AuditEntry, 'seq' | 'hash'> | null;
  /** Null = every entry is as it was written; else what is wrong with the first that is not. */
  readonly problem: string | null;
}

interface AuditRow extends Row {
  readonly seq: number;
  readonly time: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: string;
  readonly prev_hash: string;
  readonly hash: string;
}

interface BegunRow extends Row {
  readonly time: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: string;
}

/**
 * Who changed what and who looked at evidence: entries are only ever added, each sealed with the one before. What is
 * to be changed lies elsewhere, so it is noted that it begins, then done, and then told in one entry.
 */
export class Audit {
  constructor(
    private readonly database: Database,
    private readonly now: () => number,
  ) {}

  /** Durable when it returns. Not within a transaction. */
  append(note: AuditNote): AuditEntry {
    return this.database.transaction(() => this.#seal(note));
  }

  /**
   * Notes what is about to be changed, durable when it returns: whatever becomes of this process, there will be an
   * entry. To be followed by `end` or `drop`. Not within a transaction.
   */
  begin({ actor, action, target, detail }: AuditNote): Begun {
    const row = this.database.get<{ no: number }>(
      'INSERT INTO audit_begun (time, actor, action, target, detail) VALUES (?, ?, ?, ?, ?) RETURNING no',
      ...[this.#time(), actor, action, target, canonicalJson(detail)],
    );
    return row!.no as Begun;
  }

  /** What was begun has ended as the note says; durable when it returns. Not within a transaction. */
  end(begun: Begun, note: AuditNote): AuditEntry {
    return this.database.transaction(() => {
      this.drop(begun);
      return this.#seal(note);
    });
  }

  /** What was begun changed nothing. */
  drop(begun: Begun): void {
    this.database.run('DELETE FROM audit_begun WHERE no = ?', begun);
  }

  /** How much was begun and has not ended. */
  get begun(): number {
    return this.database.get<{ n: number }>('SELECT count(*) AS n FROM audit_begun')!.n;
  }

  /**
   * Makes entries of what a process began that is gone: whether it was done is not known. For the one service of a data
   * directory, when it starts. @returns how many
   */
  settle(): number {
    return this.database.transaction(() => {
      const left = this.database.all<BegunRow>('SELECT * FROM audit_begun ORDER BY no');
      for (const { actor, action, target, detail, time } of left) {
        const known = JSON.parse(detail) as Record<string, unknown>;
        this.#seal({ actor, action, target, detail: { ...known, begun: time, outcome: UNKNOWN } });
      }
      this.database.run('DELETE FROM audit_begun');
      return left.length;
    });
  }

  /** The newest first. */
  list({ actor, action, before }: AuditFilter, limit: number): AuditEntry[] {
    return this.database
      .all<AuditRow>(
        `SELECT * FROM audit WHERE (?1 IS NULL OR actor = ?1) AND (?2 IS NULL OR action = ?2)
           AND (?3 IS NULL OR seq < ?3) ORDER BY seq DESC LIMIT ?4`,
        ...[actor ?? null, action ?? null, before ?? null, limit],
      )
      .map(entryOf);
  }

  /** @param expected what was the last entry at some time, as an operator noted it elsewhere: shows if the end was cut off */
  verify(expected: Pick<AuditEntry, 'seq' | 'hash'> | null = null): Verdict {
    let last: AuditEntry | null = null;
    let isExpectedThere = expected === null;
    const verdict = (problem: string | null): Verdict => ({ entries: last?.seq ?? 0, last, problem });
    for (;;) {
      const rows: AuditRow[] = this.database.all<AuditRow>(
        'SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?',
        ...[last?.seq ?? 0, READ_AT_ONCE],
      );
      for (const row of rows) {
        const problem = problemWith(row, last);
        if (problem) return verdict(problem);
        last = entryOf(row);
        if (expected && last.seq === expected.seq) {
          if (last.hash !== expected.hash)
            return verdict(`Entry ${last.seq} is another than the one that was expected.`);
          isExpectedThere = true;
        }
      }
      if (rows.length < READ_AT_ONCE) break;
    }
    return verdict(isExpectedThere ? null : `Entry ${expected?.seq} is not there: the end was cut off.`);
  }

  /** Within a transaction. */
  #seal(note: AuditNote): AuditEntry {
    const last = this.database.get<AuditRow>('SELECT * FROM audit ORDER BY seq DESC LIMIT 1');
    const sealed = {
      seq: (last?.seq ?? 0) + 1,
      time: this.#time(),
      ...note,
      prevHash: last?.hash ?? NOTHING,
    };
    const entry = { ...sealed, hash: hashOf(sealed) };
    this.database.run(
      'INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ...[entry.seq, entry.time, entry.actor, entry.action, entry.target],
      ...[canonicalJson(entry.detail), entry.prevHash, entry.hash],
    );
    return entry;
  }

  #time(): string {
    return new Date(this.now()).toISOString();
  }
}

function problemWith(row: AuditRow, before: AuditEntry | null): string | null {
  const expected = (before?.seq ?? 0) + 1;
  if (row.seq !== expected) return `Entry ${expected} is missing.`;
  if (row.prev_hash !== (before?.hash ?? NOTHING)) return `Entry ${row.seq} does not follow the one before.`;
  let entry: AuditEntry;
  try {
    entry = entryOf(row);
  } catch {
    return `Entry ${row.seq} cannot be read.`;
  }
  const { hash, ...sealed } = entry;
  return hash === hashOf(sealed) ? null : `Entry ${row.seq} was changed.`;
}

function hashOf(sealed: Omit<AuditEntry, 'hash'>): string {
  return createHash('sha256').update(canonicalJson(sealed)).digest('hex');
}

function entryOf(row: AuditRow): AuditEntry {
  return {
    seq: row.seq,
    time: row.time,
    actor: row.actor,
    action: row.action,
    target: row.target,
    detail: JSON.parse(row.detail) as Record<string, unknown>,
    prevHash: row.prev_hash,
    hash: row.hash,
  };
}
