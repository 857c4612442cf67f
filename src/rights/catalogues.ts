import { StreamprintError } from '../domain/errors.js';
import type { Database, Row } from '../storage/database.js';
import type { CatalogueOwners } from './catalogue-owners.js';

/** The tenant of catalogues that nobody named here. */
const DEFAULT_TENANT = 'default';

/** A tenant's assets, under one name. Times are ms since 1970 (UTC). */
export interface CatalogueRecord {
  readonly name: string;
  readonly tenant: string;
  readonly title: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Grows with each change. */
  readonly version: number;
}

interface CatalogueRow extends Row {
  readonly name: string;
  readonly tenant: string;
  readonly title: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly version: number;
}

export class Catalogues implements CatalogueOwners {
  constructor(
    private readonly database: Database,
    private readonly now: () => number,
  ) {}

  tenantOf(catalogue: string): string {
    return this.get(catalogue)?.tenant ?? DEFAULT_TENANT;
  }

  cataloguesOf(tenant: string): readonly string[] {
    return this.database
      .all<{ name: string }>('SELECT name FROM catalogues WHERE tenant = ? ORDER BY name', tenant)
      .map(({ name }) => name);
  }

  /** By name; from after a name on. @param tenant null = those of all */
  list(tenant: string | null, after: string, limit: number): CatalogueRecord[] {
    return this.database
      .all<CatalogueRow>(
        'SELECT * FROM catalogues WHERE (? IS NULL OR tenant = ?) AND name > ? ORDER BY name LIMIT ?',
        ...[tenant, tenant, after, limit],
      )
      .map(catalogueOf);
  }

  get(name: string): CatalogueRecord | null {
    const row = this.database.get<CatalogueRow>('SELECT * FROM catalogues WHERE name = ?', name);
    return row ? catalogueOf(row) : null;
  }

  /** @throws SP_CONFLICT when the name is taken */
  create(fields: Pick<CatalogueRecord, 'name' | 'tenant' | 'title'>): CatalogueRecord {
    const at = this.now();
    const made = this.database.run(
      'INSERT OR IGNORE INTO catalogues VALUES (?, ?, ?, ?, ?, 1)',
      ...[fields.name, fields.tenant, fields.title, at, at],
    );
    if (made === 0) throw new StreamprintError('SP_CONFLICT', `The name ${fields.name} is taken.`);
    return { ...fields, createdAt: at, updatedAt: at, version: 1 };
  }

  /** Null when somebody else changed it since that version, or removed it. */
  update(
    name: string,
    version: number,
    changes: Partial<Pick<CatalogueRecord, 'tenant' | 'title'>>,
  ): CatalogueRecord | null {
    return this.database.transaction(() => {
      const known = this.get(name);
      if (known?.version !== version) return null;
      const changed = { ...known, ...changes, updatedAt: this.now(), version: version + 1 };
      this.database.run(
        'UPDATE catalogues SET tenant = ?, title = ?, updated_at = ?, version = ? WHERE name = ?',
        ...[changed.tenant, changed.title, changed.updatedAt, changed.version, name],
      );
      return changed;
    });
  }

  /** False when somebody else changed it since that version, or removed it. */
  remove(name: string, version: number): boolean {
    return this.database.run('DELETE FROM catalogues WHERE name = ? AND version = ?', name, version) > 0;
  }

  /** Makes the default tenant's of those that are registered and were never named here. */
  adopt(names: Iterable<string>): void {
    for (const name of names) if (!this.get(name)) this.create({ name, tenant: DEFAULT_TENANT, title: name });
  }
}

function catalogueOf(row: CatalogueRow): CatalogueRecord {
  return {
    name: row.name,
    tenant: row.tenant,
    title: row.title,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
