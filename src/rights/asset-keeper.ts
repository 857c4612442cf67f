import { StreamprintError } from '../domain/errors.js';
import type { AssetId } from '../domain/ids.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import { type AssetFacts, type AssetRecord, indexed } from './asset-record.js';
import type { Assets } from './assets.js';
import type { Catalogues } from './catalogues.js';
import type { LentCatalogue } from './lent-catalogue.js';
import type { Licences } from './licences.js';

/** How often what others did in the index is looked for, ms. */
const LOOK_EVERY_MS = 15_000;
/** … and is compared in full, though there are as many assets and references as before. */
const COMPARE_EVERY_MS = 10 * 60_000;

export interface AssetKeeperOptions {
  readonly assets: Assets;
  readonly catalogues: Catalogues;
  readonly licences: Pick<Licences, 'removeOf'>;
  /** The index, to be read. */
  readonly registered: ReferenceIndex;
  readonly changing: LentCatalogue;
  /** Told why the index could not be read, one sentence. */
  readonly onTrouble: (error: unknown) => void;
}

/** Keeps what is said of assets the same here and in the index, whoever changes it. */
export class AssetKeeper {
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #seen = '';
  #comparedAt = Number.NEGATIVE_INFINITY;

  private constructor(private readonly options: AssetKeeperOptions) {}

  /** Knows what is in the index when this resolves; goes on looking what others do there. */
  static async start(options: AssetKeeperOptions): Promise<AssetKeeper> {
    const keeper = new AssetKeeper(options);
    await keeper.look();
    keeper.#timer = setInterval(() => {
      keeper.look().catch(options.onTrouble);
    }, LOOK_EVERY_MS);
    return keeper;
  }

  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#looking?.catch(() => undefined);
  }

  /** Takes over what others have done in the index. Throws as reading the index does. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** The same of one asset: after its references have changed, or before it is shown. */
  async see(catalogue: string, id: AssetId): Promise<AssetRecord | null> {
    const { assets, catalogues, registered } = this.options;
    await registered.refresh();
    const recorded = await registered.asset(catalogue, id);
    const references = recorded ? await registered.references({ catalogue, assetId: id }) : [];
    if (recorded) catalogues.adopt([catalogue]);
    assets.see({ catalogue, id }, recorded, references.length);
    return assets.get(catalogue, id);
  }

  /** The same without waiting for it; what cannot be read now is seen when it is looked for again. */
  seeSoon(catalogue: string, id: AssetId): void {
    this.see(catalogue, id).catch(this.options.onTrouble);
  }

  /** Changes what is said of an asset: in the index first, which decides what matches. Null = that version is over. */
  async update(
    { catalogue, id }: Pick<AssetRecord, 'catalogue' | 'id'>,
    version: number,
    changes: Partial<AssetFacts>,
  ): Promise<AssetRecord | null> {
    const { assets, changing, registered } = this.options;
    const known = await this.see(catalogue, id);
    if (known?.version !== version) return null;
    const changed = indexed({ ...known, ...changes });
    const isIndexed = (await registered.asset(catalogue, id)) !== null;
    if (!isIndexed || JSON.stringify(indexed(known)) === JSON.stringify(changed))
      return assets.update(catalogue, id, version, changes);
    return changing.change(async (index) => {
      // Whoever else has the index now waits: what it records is as it was seen, or was changed meanwhile.
      if (assets.get(catalogue, id)?.version !== version) return null;
      await index.setAsset(changed);
      return assets.update(catalogue, id, version, changes);
    });
  }

  /** It never matches again, and is gone. Null = that version is over. */
  async remove(
    { catalogue, id }: Pick<AssetRecord, 'catalogue' | 'id'>,
    version: number,
  ): Promise<boolean | null> {
    const { assets, changing, licences, registered } = this.options;
    const known = await this.see(catalogue, id);
    if (known?.version !== version) return null;
    if (known.state === 'processing')
      throw new StreamprintError('SP_CONFLICT', `A reference of ${id} is being registered: wait for it.`);
    if (await registered.asset(catalogue, id))
      await changing.change((index) => index.removeAsset(catalogue, id));
    licences.removeOf(catalogue, id);
    return assets.remove(catalogue, id);
  }

  async #look(): Promise<void> {
    const { assets, catalogues, registered } = this.options;
    await registered.refresh();
    const { assets: assetCount, references: referenceCount } = await registered.stats();
    const seen = `${assetCount} ${referenceCount}`;
    const now = performance.now();
    if (seen === this.#seen && now < this.#comparedAt + COMPARE_EVERY_MS) return;
    const counts = new Map<string, number>();
    for (const { catalogue, assetId: id } of await registered.references({})) {
      const place = JSON.stringify([catalogue, id]);
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
    const recorded = new Set<string>();
    for (const asset of await registered.assets()) {
      const place = JSON.stringify([asset.catalogue, asset.id]);
      recorded.add(place);
      catalogues.adopt([asset.catalogue]);
      assets.see(asset, asset, counts.get(place) ?? 0);
    }
    for (const { catalogue, id } of assets.withReferences())
      if (!recorded.has(JSON.stringify([catalogue, id]))) assets.see({ catalogue, id }, null, 0);
    [this.#seen, this.#comparedAt] = [seen, now];
  }
}
