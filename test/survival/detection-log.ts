import { expect } from 'vitest';
import type { Json } from '../support/cli.js';

/** What the runs of one data directory have said about detections, held against what is stored. */
export class DetectionLog {
  readonly #said = new Map<string, { isOpen: boolean; runs: number; last: Json }>();
  #stored: readonly Json[] = [];

  /** Detections that more than one run spoke of. */
  get resumed(): number {
    return [...this.#said.values()].filter(({ runs }) => runs > 1).length;
  }

  /** Takes what a run printed: a detection that was not closed is not opened again, and one that was is. */
  take(lines: readonly Json[]): void {
    const events = lines.filter(({ type }) => String(type).startsWith('detection.'));
    for (const { type, detection } of events) {
      const before = this.#said.get(detection.id);
      if (before) expect(before.isOpen, `${type} ${detection.id}`).toBe(type !== 'detection.opened');
      const isOpen = type !== 'detection.closed';
      this.#said.set(detection.id, { isOpen, runs: before?.runs ?? 0, last: detection });
    }
    for (const id of new Set(events.map(({ detection }) => detection.id))) this.#said.get(id)!.runs++;
  }

  /** @param stored what `streamprint detections --json` prints */
  expectIn(stored: readonly Json[]): void {
    const byId = new Map(stored.map((detection) => [detection.id, detection]));
    expect(byId.size).toBe(stored.length);
    for (const [id, { last }] of this.#said) {
      const kept = byId.get(id);
      expect(kept, `${id} is kept`).toMatchObject({ assetId: last.assetId, stream: last.stream });
      expect(Date.parse(kept?.start)).toBeLessThanOrEqual(Date.parse(last.start));
      expect(Date.parse(kept?.end)).toBeGreaterThanOrEqual(Date.parse(last.end));
    }
    for (const { id } of this.#stored) expect(byId.has(id), `${id} is still kept`).toBe(true);
    expect(stored.flatMap((a, i) => stored.slice(i + 1).filter((b) => isTwice(a, b)))).toEqual([]);
    this.#stored = stored;
    // The last word of a run may have been written down and never said.
    for (const detection of stored) {
      const runs = this.#said.get(detection.id)?.runs ?? 0;
      this.#said.set(detection.id, { isOpen: detection.state === 'open', runs, last: detection });
    }
  }
}

/** The same asset at the same time on one stream. */
function isTwice(a: Json, b: Json): boolean {
  const isSame = a.stream.id === b.stream.id && a.catalogue === b.catalogue && a.assetId === b.assetId;
  return isSame && Date.parse(a.start) < Date.parse(b.end) && Date.parse(b.start) < Date.parse(a.end);
}
