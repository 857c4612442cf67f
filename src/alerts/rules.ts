import { randomUUID } from 'node:crypto';
import { StreamprintError } from '../domain/errors.js';
import type { EventsDatabase } from '../events/events-database.js';
import type { Row } from '../storage/database.js';
import type { Rule, RuleContent } from './rule.js';
import { newSecret } from './signature.js';

/** Of an installation. */
const MAX_RULES = 1_000;

interface RuleRow extends Row {
  readonly id: string;
  readonly tenant: string | null;
  readonly version: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly content: string;
}

/** The rules of alerts, and the secrets that their webhooks are signed with. What a call has written is durable when it returns. */
export class Rules {
  #all: readonly Rule[] | null = null;

  constructor(
    private readonly events: EventsDatabase,
    private readonly now: () => number,
  ) {}

  /** In the order in which they were made. */
  get all(): readonly Rule[] {
    this.#all ??= this.events.database
      .all<RuleRow>(
        'SELECT id, tenant, version, created_at, updated_at, content FROM rules ORDER BY created_at, id',
      )
      .map(ruleOf);
    return this.#all;
  }

  get(id: string): Rule | null {
    return this.all.find((rule) => rule.id === id) ?? null;
  }

  /** @returns the rule, and its secret, which is shown this once. @throws SP_CONFLICT where there are too many */
  create(tenant: string | null, content: RuleContent): { readonly rule: Rule; readonly secret: string } {
    if (this.all.length >= MAX_RULES)
      throw new StreamprintError('SP_CONFLICT', `There are ${MAX_RULES} rules: delete some of them first.`);
    const at = this.now();
    const rule: Rule = { ...content, id: randomUUID(), tenant, createdAt: at, updatedAt: at, version: 1 };
    const secret = newSecret();
    this.events.database.run(
      'INSERT INTO rules VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[rule.id, tenant, 1, at, at, JSON.stringify(content), secret],
    );
    this.#all = null;
    return { rule, secret };
  }

  /** Null when somebody else changed it since that version. */
  update(id: string, version: number, content: RuleContent): Rule | null {
    const changed = this.events.database.run(
      'UPDATE rules SET content = ?, updated_at = ?, version = version + 1 WHERE id = ? AND version = ?',
      ...[JSON.stringify(content), this.now(), id, version],
    );
    this.#all = null;
    return changed > 0 ? this.get(id) : null;
  }

  /** A new secret, from now on; shown this once. Null when there is no such rule. */
  renewSecret(id: string): string | null {
    const secret = newSecret();
    const changed = this.events.database.run('UPDATE rules SET secret = ? WHERE id = ?', secret, id);
    return changed > 0 ? secret : null;
  }

  /** What its webhooks are signed with; null when there is no such rule. */
  secretOf(id: string): string | null {
    const sql = 'SELECT secret FROM rules WHERE id = ?';
    return this.events.database.get<{ secret: string }>(sql, id)?.secret ?? null;
  }

  /** What waits of it is not delivered any more. False when somebody else changed it since that version. */
  remove(id: string, version: number): boolean {
    this.#all = null;
    return this.events.transaction(() => {
      const removed = this.events.database.run('DELETE FROM rules WHERE id = ? AND version = ?', id, version);
      if (removed > 0)
        this.events.database.run(
          `UPDATE deliveries SET state = 'failed', error = 'its rule was deleted', ended_at = ?
           WHERE rule_id = ? AND state = 'waiting'`,
          this.now(),
          id,
        );
      return removed > 0;
    });
  }
}

function ruleOf({ id, tenant, version, created_at, updated_at, content }: RuleRow): Rule {
  return {
    ...(JSON.parse(content) as RuleContent),
    id,
    tenant,
    version,
    createdAt: created_at,
    updatedAt: updated_at,
  };
}
