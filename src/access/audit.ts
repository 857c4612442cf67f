import { createHash } from 'node:crypto';
import type { Database, Row } from '../storage/database.js';
import { canonicalJson } from './canonical-json.js';

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

/** Who changed what and who looked at evidence: entries are only ever added, each sealed with the one before. */
export class Audit {
  constructor(
    private readonly database: Database,
    private readonly now: () => number,
  ) {}

  /** Durable when it returns. Not within a transaction. */
  append(note: AuditNote): AuditEntry {
    return this.database.transaction(() => {
      const last = this.database.get<AuditRow>('SELECT * FROM audit ORDER BY seq DESC LIMIT 1');
      const sealed = {
        seq: (last?.seq ?? 0) + 1,
        time: new Date(this.now()).toISOString(),
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
