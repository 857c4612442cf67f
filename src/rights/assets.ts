import type { Asset } from '../domain/catalogue.js';
import { StreamprintError } from '../domain/errors.js';
import { type AssetId, assetId } from '../domain/ids.js';
import { foldedText, searchedWords } from '../domain/words.js';
import type { Database } from '../storage/database.js';
import { wholeFacts } from './asset-input.js';
import {
  type AssetFacts,
  type AssetRecord,
  type AssetRow,
  indexed,
  type Policy,
  recordOf,
  windowsOf,
} from './asset-record.js';

export const ASSETS = `
    CREATE TABLE assets (
      catalogue TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, titles TEXT NOT NULL,
      eidr TEXT, isan TEXT, isrc TEXT, rights_holder TEXT, territories TEXT NOT NULL, licence_windows TEXT NOT NULL,
      valid_from TEXT, valid_to TEXT, excluded TEXT NOT NULL, policy TEXT NOT NULL, words TEXT NOT NULL,
      reference_count INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
      version INTEGER NOT NULL,
      PRIMARY KEY (catalogue, id)
    ) WITHOUT ROWID;`;

export interface AssetPlace {
  readonly catalogue: string;
  readonly id: AssetId;
}

export const JOB_OF_ASSET = `(SELECT j.state FROM reference_jobs j WHERE j.catalogue = a.catalogue AND j.asset_id = a.id
  ORDER BY j.number DESC LIMIT 1)`;
export const SELECT_ASSETS_FROM = `SELECT a.*, ${JOB_OF_ASSET} AS job FROM`;
/** As `recordOf` works it out. */
export const STATE_OF_ASSET = `CASE WHEN ${JOB_OF_ASSET} IN ('waiting', 'running') THEN 'processing' WHEN a.reference_count > 0 THEN 'ready'
  WHEN ${JOB_OF_ASSET} = 'failed' THEN 'failed' ELSE 'no-reference' END`;

/**
 * What is said of assets: more than the index's record holds, and also of those that nothing is registered for. What
 * the index does record is the same here and there: changes go to the index first, and `see` takes over what others
 * changed there.
 */
export class Assets {
  constructor(
    private readonly database: Database,
    private readonly now: () => number,
  ) {}

  get(catalogue: string, id: string): AssetRecord | null {
    const row = this.database.get<AssetRow>(
      `${SELECT_ASSETS_FROM} assets a WHERE a.catalogue = ? AND a.id = ?`,
      catalogue,
      id,
    );
    return row ? recordOf(row) : null;
  }

  /** Those that have references, as far as is known. */
  withReferences(): AssetPlace[] {
    return this.database
      .all<{ catalogue: string; id: string }>('SELECT catalogue, id FROM assets WHERE reference_count > 0')
      .map(({ catalogue, id }) => ({ catalogue, id: assetId(id) }));
  }

  /** Whether a catalogue has any. */
  isIn(catalogue: string): boolean {
    return this.database.get('SELECT id FROM assets WHERE catalogue = ? LIMIT 1', catalogue) !== undefined;
  }

  /** Of each in its order; null where nothing was said. One read, however many are asked for. */
  policiesOf(assets: readonly { readonly catalogue: string; readonly assetId: string }[]): (Policy | null)[] {
    const names = assets.map(({ catalogue, assetId }) => JSON.stringify([catalogue, assetId]));
    const row = this.database.get<{ policies: string }>(
      `SELECT json_group_object(n.value, a.policy) AS policies FROM json_each(?) n
       CROSS JOIN assets a ON a.catalogue = n.value ->> 0 AND a.id = n.value ->> 1`,
      JSON.stringify([...new Set(names)]),
    );
    const policies = new Map(Object.entries(JSON.parse(row?.policies ?? '{}') as Record<string, Policy>));
    return names.map((name) => policies.get(name) ?? null);
  }

  /** @throws SP_CONFLICT when there is one with this id in the catalogue */
  create(catalogue: string, id: AssetId, facts: AssetFacts): AssetRecord {
    const at = this.now();
    if (this.get(catalogue, id))
      throw new StreamprintError('SP_CONFLICT', `There is an asset ${id} in catalogue ${catalogue} already.`);
    this.#put({ catalogue, id, ...facts, references: 0, createdAt: at, updatedAt: at, version: 1 });
    return this.get(catalogue, id)!;
  }

  /** An asset of which nothing but its title is known is there from now on; one that is known stays as it is. */
  expect(catalogue: string, id: AssetId, title: string): void {
    if (!this.get(catalogue, id)) this.create(catalogue, id, wholeFacts({ title }));
  }

  /** Null when somebody else changed it since that version, or removed it. */
  update(catalogue: string, id: AssetId, version: number, changes: Partial<AssetFacts>): AssetRecord | null {
    return this.database.transaction(() => {
      const known = this.get(catalogue, id);
      if (known?.version !== version) return null;
      this.#put({ ...known, ...changes, updatedAt: this.now(), version: version + 1 });
      return this.get(catalogue, id);
    });
  }

  remove(catalogue: string, id: AssetId): boolean {
    return this.database.run('DELETE FROM assets WHERE catalogue = ? AND id = ?', catalogue, id) > 0;
  }

  /**
   * Takes over what the index has of an asset, such as `register` left it there.
   * @param recorded null = the index knows nothing of it: only then it has no references
   */
  see(place: AssetPlace, recorded: Asset | null, references: number): void {
    const known = this.get(place.catalogue, place.id);
    const at = this.now();
    if (!recorded) {
      if (known && known.references !== 0) this.#put({ ...known, references: 0 });
      return;
    }
    if (!known) {
      const facts = {
        ...recorded,
        titles: {},
        licenceWindows: windowsOf(recorded),
        policy: 'alert',
      } as const;
      this.#put({ ...facts, references, createdAt: at, updatedAt: at, version: 1 });
      return;
    }
    const said = JSON.stringify(indexed(known));
    const isSame = said === JSON.stringify(inOrder(recorded));
    if (isSame && known.references === references) return;
    const spans = indexed(known);
    const isSpanSame = spans.validFrom === recorded.validFrom && spans.validTo === recorded.validTo;
    const licenceWindows = isSpanSame ? known.licenceWindows : windowsOf(recorded);
    const change = isSame
      ? {}
      : { ...inOrder(recorded), licenceWindows, updatedAt: at, version: known.version + 1 };
    this.#put({ ...known, ...change, references });
  }

  #put(asset: Omit<AssetRecord, 'state'>): void {
    const { catalogue, id, title, titles, eidr, isan, isrc, rightsHolder, policy } = asset;
    const { validFrom, validTo } = indexed(asset);
    const values = {
      ...{
        catalogue,
        id,
        title,
        titles: JSON.stringify(titles),
        eidr,
        isan,
        isrc,
        rights_holder: rightsHolder,
      },
      territories: JSON.stringify(asset.territories),
      licence_windows: JSON.stringify(asset.licenceWindows),
      ...{ valid_from: validFrom, valid_to: validTo, excluded: JSON.stringify(asset.excluded), policy },
      ...{ words: wordsOf(asset), title_key: titleKeyOf(title), reference_count: asset.references },
      ...{ created_at: asset.createdAt, updated_at: asset.updatedAt, version: asset.version },
    };
    const names = Object.keys(values);
    this.database.run(
      `INSERT INTO assets (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
       ON CONFLICT (catalogue, id) DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`,
      ...Object.values(values),
    );
  }
}

/** Stores of earlier versions had other words, and nothing to put titles in order by. */
export function nameWords(database: Database): void {
  if (database.get('SELECT no FROM asset_feed LIMIT 1')) return;
  database.transaction(() => {
    for (const row of database.all<AssetRow>('SELECT *, NULL AS job FROM assets')) {
      const { catalogue, id, title } = row;
      database.run(
        'UPDATE assets SET words = ?, title_key = ? WHERE catalogue = ? AND id = ?',
        ...[wordsOf(recordOf(row)), titleKeyOf(title), catalogue, id],
      );
    }
  });
}

/** The fields of an index's record that are known here, in one order. */
function inOrder(asset: Asset): Asset {
  const { catalogue, id, title, eidr, isan, isrc, rightsHolder, territories, validFrom, validTo } = asset;
  const excluded = asset.excluded.map(({ start, end }) => ({ start, end }));
  const ids = { catalogue, id, title, eidr, isan, isrc, rightsHolder };
  return { ...ids, territories, validFrom, validTo, excluded };
}

/** What it is found by: words, each after a space. */
function wordsOf(
  asset: Pick<AssetRecord, 'id' | 'title' | 'titles' | 'eidr' | 'isan' | 'isrc' | 'rightsHolder'>,
) {
  const { id, title, titles, eidr, isan, isrc, rightsHolder } = asset;
  const texts = [id, eidr, isan, isrc, rightsHolder, title, ...Object.values(titles)];
  return searchedWords(texts.filter((text) => text !== null).join('\n'))
    .map((word) => ` ${word}`)
    .join('');
}

/** Characters of a title that it is put in order by. */
const LONGEST_KEY = 500;

const titleKeyOf = (title: string): string => foldedText(title).slice(0, LONGEST_KEY);
