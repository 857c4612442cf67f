/** A part of a picture in whole pixels; x1 and y1 lie just outside. */
export interface PictureBox {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** A row or column is flat when its standard deviation is below this. */
const FLAT_VARIANCE = 5 ** 2;
/** At most so much is cut from each side … */
const MOST_ROWS = 0.3;
const MOST_COLUMNS = 0.4;
/** … and with less left than this, nothing is. */
const LEAST_HEIGHT = 0.3;
const LEAST_WIDTH = 0.2;

/**
 * The picture without its flat borders (letterbox, pillarbox).
 * @param grey width × height luma, row by row.
 */
export function findPictureBox(grey: Uint8Array, width: number, height: number): PictureBox {
  const mostRows = height * MOST_ROWS;
  const mostColumns = width * MOST_COLUMNS;
  let y0 = 0;
  let y1 = height;
  while (y0 < mostRows && isFlat(grey, y0 * width, 1, width)) y0++;
  while (height - y1 < mostRows && isFlat(grey, (y1 - 1) * width, 1, width)) y1--;
  let x0 = 0;
  let x1 = width;
  const rows = y1 - y0;
  while (x0 < mostColumns && isFlat(grey, y0 * width + x0, width, rows)) x0++;
  while (width - x1 < mostColumns && isFlat(grey, y0 * width + x1 - 1, width, rows)) x1--;
  if (rows < height * LEAST_HEIGHT || x1 - x0 < width * LEAST_WIDTH)
    return { x0: 0, y0: 0, x1: width, y1: height };
  return { x0, y0, x1, y1 };
}

function isFlat(grey: Uint8Array, at: number, step: number, count: number): boolean {
  let sum = 0;
  let squares = 0;
  for (let i = 0, p = at; i < count; i++, p += step) {
    const v = grey[p]!;
    sum += v;
    squares += v * v;
  }
  return squares * count - sum * sum < FLAT_VARIANCE * count * count;
}
