/** Channels more or fewer while the highest number that holds is looked for … */
const STRIDE = 24;
/** … and how near it is pinned down. */
const NEAR = 6;
const MOST = 2000;

/**
 * The number of channels to try next: upwards until one does not hold, downwards until one does, then halving.
 * Null when the highest that holds is known. @param tried whether each number that was tried held
 */
export function nextToTry(tried: ReadonlyMap<number, boolean>): number | null {
  const held = [...tried].filter(([, holds]) => holds).map(([channels]) => channels);
  const failed = [...tried].filter(([, holds]) => !holds).map(([channels]) => channels);
  const lowest = Math.min(...failed);
  const highest = Math.max(0, ...held.filter((channels) => channels < lowest));
  if (failed.length === 0) return highest + STRIDE > MOST ? null : highest + STRIDE;
  if (highest === 0 && lowest > STRIDE) return lowest - STRIDE;
  if (lowest - highest <= NEAR) return null;
  return highest + Math.max(1, Math.round((lowest - highest) / 2 / NEAR)) * NEAR >= lowest
    ? highest + Math.floor((lowest - highest) / 2)
    : highest + Math.max(1, Math.round((lowest - highest) / 2 / NEAR)) * NEAR;
}

/** The highest number that held below all that did not; null = none. */
export function highestHeld(tried: ReadonlyMap<number, boolean>): number | null {
  const lowest = Math.min(...[...tried].filter(([, holds]) => !holds).map(([channels]) => channels));
  const held = [...tried]
    .filter(([channels, holds]) => holds && channels < lowest)
    .map(([channels]) => channels);
  return held.length === 0 ? null : Math.max(...held);
}
