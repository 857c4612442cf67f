import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ReferenceFingerprint } from '../../../fingerprints/types.js';
import type { FingerprintId } from '../../domain/ids.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../../matching/score.js';
import type { Overlap, ReferenceIndex, ReferenceIndexWriter } from '../../reference-index/reference-index.js';
import { weighRows } from './evidence.js';
import { findByPictures } from './find-by-pictures.js';
import { findBySound } from './find-by-sound.js';
import { SharedLines } from './lines.js';
import { type Stretch, stretchesAlong, unexplained } from './stretches.js';

/**
 * What a fingerprint shares with the others of an index, whether it is in it already or not: see
 * docs/shared-content.md.
 */
export async function overlapsOf(
  index: ReferenceIndex,
  id: FingerprintId,
  fingerprint: ReferenceFingerprint,
): Promise<Overlap[]> {
  const lines = new SharedLines(id);
  for (const [n, track] of fingerprint.audio.entries())
    await findBySound(index, track, n, fingerprint.duration, lines);
  const pictures = fingerprint.video && weighRows(fingerprint.video.rows);
  if (pictures) await findByPictures(index, pictures, lines);
  const byOther = new Map<FingerprintId, Stretch[]>();
  for (const line of lines.all) {
    await nextTurn();
    const stretches = await stretchesAlong(index, fingerprint, pictures, line, DEFAULT_MAX_FALSE_PER_DAY);
    byOther.set(line.other, [...(byOther.get(line.other) ?? []), ...stretches]);
  }
  return [...byOther.values()].flatMap(unexplained);
}

/**
 * Compares what was never compared with all the others, and keeps what they share.
 * @param step called after each
 */
export async function compareAll(index: ReferenceIndexWriter, step: () => void): Promise<void> {
  for (const id of await index.uncompared()) {
    const fingerprint = await index.readFingerprint(id);
    if (fingerprint) await index.saveOverlaps(id, await overlapsOf(index, id, fingerprint));
    step();
  }
}
