import { setImmediate as nextTurn } from 'node:timers/promises';
import { hashTerms, TERMS_PER_HASH } from '../../../fingerprints/picture-terms.js';
import { HASH_BYTES, ROW_BYTES, ROW_STEP, ROWS_PER_SECOND } from '../../../fingerprints/units.js';
import { SAME_LINE_PICTURES } from '../../matching/settings.js';
import type { Nomination, PictureProbe, ReferenceIndex } from '../../reference-index/reference-index.js';
import { bestStretch, rowEvidence, type WeighedRows } from './evidence.js';
import { FOLLOW_FROM, NOMINATIONS, type SharedLines, WINDOW } from './lines.js';

/** Pictures of a stretch that are looked up. */
const PROBES = 5;
/** A look-up places a line within so many rows. */
const ROW_SHIFTS = 3;
/** Rows read beyond both ends of a stretch: for the shifts, and for the neighbours of each row. */
const MARGIN = 2 * ROW_SHIFTS;

/**
 * Adds the lines along which other references have some of the same pictures: a few rows of each stretch are looked
 * up, all of them decide.
 */
export async function findByPictures(
  index: ReferenceIndex,
  pictures: WeighedRows,
  lines: SharedLines,
): Promise<void> {
  const isNews = ({ fingerprintId, offset }: Pick<Nomination, 'fingerprintId' | 'offset'>) =>
    lines.isNews(fingerprintId, offset, SAME_LINE_PICTURES);
  const rowCount = pictures.weights.length;
  for (let first = 0; first < rowCount; first += WINDOW * ROWS_PER_SECOND) {
    await nextTurn();
    const count = Math.min(WINDOW * ROWS_PER_SECOND, rowCount - first);
    const probes = probesOf(pictures, first, count);
    if (probes.length === 0) continue;
    const nominations = (await index.nominateByPictures({ probes }, NOMINATIONS))
      .map(({ fingerprintId, offset }) => ({ fingerprintId, offset: offset - first * ROW_STEP }))
      .filter(isNews);
    const others = await index.readRows(
      nominations.map(({ fingerprintId, offset }) => ({
        fingerprintId,
        first: first + Math.round(offset * ROWS_PER_SECOND) - MARGIN,
        count: count + 2 * MARGIN,
      })),
    );
    nominations.forEach(({ fingerprintId, offset: about }, i) => {
      const { shift, evidence } = bestShift((rowsOff) =>
        bestStretch(rowEvidence(pictures, first, count, others[i]!, MARGIN, rowsOff)),
      );
      const offset = about + shift * ROW_STEP;
      if (evidence >= FOLLOW_FROM && isNews({ fingerprintId, offset }))
        lines.add({ other: fingerprintId, offset, tracks: null });
    });
  }
}

function bestShift(evidenceAt: (shift: number) => number): { shift: number; evidence: number } {
  let best = { shift: 0, evidence: evidenceAt(0) };
  for (let k = 1; k <= ROW_SHIFTS; k++)
    for (const shift of [-k, k]) {
      const evidence = evidenceAt(shift);
      if (evidence > best.evidence) best = { shift, evidence };
    }
  return best;
}

/** The rows of a stretch that say most, spread over it; their bits are certain, so no term is tried both ways. */
function probesOf({ rows, weights }: WeighedRows, first: number, count: number): PictureProbe[] {
  const probes: PictureProbe[] = [];
  for (let p = 0; p < PROBES; p++) {
    const from = first + Math.floor((p * count) / PROBES);
    const to = first + Math.floor(((p + 1) * count) / PROBES);
    let best = from;
    for (let n = from; n < to; n++) if (weights[n]! > weights[best]!) best = n;
    if (to === from || weights[best] === 0) continue;
    const hash = rows.slice(best * ROW_BYTES, best * ROW_BYTES + HASH_BYTES);
    const terms = new Uint32Array(TERMS_PER_HASH);
    const doubts = new Uint8Array(TERMS_PER_HASH);
    hashTerms(hash, 0, terms, 0);
    probes.push({
      time: (best - first) * ROW_STEP,
      picture: p,
      box: 0,
      hash,
      terms,
      doubts,
      mirrored: false,
    });
  }
  return probes;
}
