import { createHash } from 'node:crypto';
import { ROW_STEP, WORD_STEP } from '../../fingerprints/units.js';
import { openEmbeddedIndex } from '../../src/reference-index/embedded/index.js';
import type { ReferenceIndex } from '../../src/reference-index/reference-index.js';

export interface IndexContent {
  /** `catalogue/asset` of every reference, in order, as often as it is there. */
  readonly references: readonly string[];
  /** `catalogue/asset` of every asset. */
  readonly assets: readonly string[];
  /** Digest of all that is stored of a reference's media, by `catalogue/asset`. */
  readonly digests: ReadonlyMap<string, string>;
  /** Files that do not agree with their checksums. */
  readonly damage: readonly string[];
}

/** Reads everything that a data directory's index holds, as any reader would. */
export async function contentOf(data: string): Promise<IndexContent> {
  const index = await openEmbeddedIndex(data);
  try {
    const references = await index.references({});
    const digests = new Map<string, string>();
    for (const { catalogue, assetId, fingerprintId } of references)
      digests.set(`${catalogue}/${assetId}`, await digestOf(index, fingerprintId));
    return {
      references: references.map(({ catalogue, assetId }) => `${catalogue}/${assetId}`),
      assets: (await index.assets()).map(({ catalogue, id }) => `${catalogue}/${id}`),
      digests,
      damage: await index.verify(),
    };
  } finally {
    await index.close();
  }
}

type Id = Parameters<ReferenceIndex['fingerprint']>[0];

async function digestOf(index: ReferenceIndex, id: Id): Promise<string> {
  const facts = await index.fingerprint(id);
  if (!facts) return 'missing';
  const hash = createHash('sha256');
  const words = Math.ceil(facts.duration / WORD_STEP);
  const tracks = Array.from({ length: facts.audioTracks }, (_, track) => track);
  const sound = tracks.map((track) => ({ fingerprintId: id, track, first: 0, count: words }));
  for (const track of await index.readWords(sound)) hash.update(new Uint8Array(track.buffer));
  const pictures = { fingerprintId: id, first: 0, count: Math.ceil(facts.duration / ROW_STEP) };
  for (const rows of await index.readRows([pictures])) hash.update(rows);
  for (const time of await index.stillTimes(id)) hash.update((await index.still(id, time))?.jpeg ?? '');
  return hash.digest('hex');
}
