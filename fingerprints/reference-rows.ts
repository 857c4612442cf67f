import { Growing } from './growing.js';
import { hashOf, PictureHasher } from './picture.js';
import { boxWithin, findPictureBox } from './picture-box.js';
import { REGION_BOXES } from './picture-boxes.js';
import { HASH_BITS, HASH_BYTES, ROW_BYTES, ROW_STEP, ROWS_PER_SECOND, type Seconds } from './units.js';

/** A picture counts as shown from this much before its time … */
const EARLY: Seconds = ROW_STEP / 2;
/** … until the next one, but no longer than this. */
const LONGEST_SHOWN: Seconds = 10;

/** Lays pictures on the grid of a reference's rows: row n holds the hashes of the picture shown at n × ROW_STEP. */
export class ReferenceRows {
  private readonly hasher = new PictureHasher();
  private readonly coefficients = new Float32Array(HASH_BITS);
  private readonly rows = new Growing(Uint8Array);
  private rowCount = 0;

  /** The last picture, a copy. It is measured only when it turns out that a row shows it. */
  private grey = new Uint8Array(0);
  private width = 0;
  private height = 0;
  private shownFrom: Seconds | null = null;
  private measured = false;
  private readonly row = new Uint8Array(ROW_BYTES);
  private readonly nothing = new Uint8Array(ROW_BYTES);

  /** @param limit pictures later than this are left out */
  constructor(private readonly limit: Seconds) {}

  add(grey: Uint8Array, width: number, height: number, time: Seconds): void {
    if (!(time <= this.limit) || time < (this.shownFrom ?? time)) return;
    this.fillTo(Math.max(0, Math.ceil((time - EARLY) * ROWS_PER_SECOND)));
    const pixels = width * height;
    if (this.grey.length < pixels) this.grey = new Uint8Array(pixels);
    this.grey.set(grey.subarray(0, pixels));
    this.width = width;
    this.height = height;
    this.shownFrom = time;
    this.measured = false;
  }

  /** All rows up to the duration; null when there was no picture. */
  finish(duration: Seconds): Uint8Array | null {
    if (this.shownFrom === null) return null;
    const count = Math.ceil(duration * ROWS_PER_SECOND);
    this.fillTo(count);
    return this.rows.view().slice(0, count * ROW_BYTES);
  }

  private fillTo(end: number): void {
    for (; this.rowCount < end; this.rowCount++) {
      const from = this.shownFrom;
      const shown = from !== null && this.rowCount * ROW_STEP - from <= LONGEST_SHOWN;
      if (shown && !this.measured) this.measure();
      this.rows.append(shown ? this.row : this.nothing);
    }
  }

  private measure(): void {
    const { grey, width, height, coefficients, row } = this;
    const picture = findPictureBox(grey, width, height);
    for (const [region, box] of REGION_BOXES.entries()) {
      this.hasher.measure(grey, width, height, coefficients, 0, boxWithin(picture, box));
      hashOf(coefficients, 0, row, region * HASH_BYTES);
    }
    this.measured = true;
  }
}
