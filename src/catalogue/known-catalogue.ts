import { createHash } from 'node:crypto';
import type { Asset } from '../domain/catalogue.js';
import type { ReferenceId } from '../domain/ids.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import { copyOf, factsOf, idOf, type ReferenceCopy } from './reference-message.js';

/** How a reference stands to what is known: `described` = it is there, and other things are said of its asset. */
export type Standing = 'same' | 'described' | 'other' | 'new';

type AssetKey = Pick<Asset, 'catalogue' | 'id'>;

interface KnownAsset {
  readonly key: AssetKey;
  digest: string;
  references: number;
}

/** What an index holds, as digests: tells at once, without a look into it, whether a reference is as it should be. */
export class KnownCatalogue {
  readonly #references = new Map<ReferenceId, { readonly digest: string; readonly asset: KnownAsset }>();
  readonly #assets = new Map<string, KnownAsset>();

  static async of(index: ReferenceIndex): Promise<KnownCatalogue> {
    const known = new KnownCatalogue();
    const assets = new Map((await index.assets()).map((asset) => [nameOf(asset), asset]));
    for (const reference of await index.references({})) {
      const asset = assets.get(nameOf({ catalogue: reference.catalogue, id: reference.assetId }));
      if (asset) known.add(copyOf(reference, asset));
    }
    return known;
  }

  get size(): number {
    return this.#references.size;
  }

  get ids(): ReferenceId[] {
    return [...this.#references.keys()];
  }

  standingOf(copy: ReferenceCopy): Standing {
    const own = this.#references.get(idOf(copy));
    if (own === undefined) return 'new';
    const { reference, asset } = digestsOf(copy);
    if (own.digest !== reference) return 'other';
    return own.asset.digest === asset ? 'same' : 'described';
  }

  add(copy: ReferenceCopy): void {
    const id = idOf(copy);
    const digests = digestsOf(copy);
    this.delete(id);
    const name = nameOf(copy.asset);
    const key = { catalogue: copy.asset.catalogue, id: copy.asset.id };
    const asset = this.#assets.get(name) ?? { key, digest: '', references: 0 };
    asset.digest = digests.asset;
    asset.references++;
    this.#assets.set(name, asset);
    this.#references.set(id, { digest: digests.reference, asset });
  }

  /** The asset of a reference, and whether it is the only one of that; null = it is not known. */
  assetOf(id: ReferenceId): { readonly asset: AssetKey; readonly isLast: boolean } | null {
    const own = this.#references.get(id);
    return own ? { asset: own.asset.key, isLast: own.asset.references === 1 } : null;
  }

  delete(id: ReferenceId): void {
    const asset = this.#references.get(id)?.asset;
    if (!asset) return;
    this.#references.delete(id);
    if (--asset.references === 0) this.#assets.delete(nameOf(asset.key));
  }
}

function digestsOf(copy: ReferenceCopy): { reference: string; asset: string } {
  const { asset, ...reference } = factsOf(copy);
  return { reference: digest(reference), asset: digest(asset) };
}

const digest = (value: unknown): string => createHash('sha1').update(JSON.stringify(value)).digest('base64');
const nameOf = ({ catalogue, id }: AssetKey): string => JSON.stringify([catalogue, id]);
