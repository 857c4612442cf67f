/** A part of a picture in pixels, whole ones or not; x1 and y1 lie just outside. */
export interface PictureBox {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** A part of a picture in fractions of its width and height. */
export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  /** The part shows a whole picture, of which flat borders are cut as always. */
  readonly framed?: boolean;
}

/** A part of a part, in pixels. */
export function boxWithin(outer: PictureBox, { x0, y0, x1, y1 }: Box): PictureBox {
  const width = outer.x1 - outer.x0;
  const height = outer.y1 - outer.y0;
  return {
    x0: outer.x0 + x0 * width,
    y0: outer.y0 + y0 * height,
    x1: outer.x0 + x1 * width,
    y1: outer.y0 + y1 * height,
  };
}

/**
 * A row or column is a border's when its standard deviation is below this and its mean is dark: plain walls and skies
 * are flat as well, and cut away they would make a cropped picture another one than the whole.
 */
const FLAT_VARIANCE = 5 ** 2;
const DARK = 40;
/** At most so much is cut from each side … */
const MOST_ROWS = 0.3;
const MOST_COLUMNS = 0.4;
/** … and with less left than this, nothing is. */
const LEAST_HEIGHT = 0.3;
const LEAST_WIDTH = 0.2;

/**
 * The picture without its dark borders (letterbox, pillarbox).
 * @param grey width × height luma, row by row.
 */
export function findPictureBox(grey: Uint8Array, width: number, height: number): PictureBox {
  return withoutBorders(grey, width, { x0: 0, y0: 0, x1: width, y1: height });
}

/**
 * A part of a picture without its own flat borders.
 * @param grey luma, `width` pixels a row
 * @param within whole pixels
 */
export function withoutBorders(grey: Uint8Array, width: number, within: PictureBox): PictureBox {
  const height = within.y1 - within.y0;
  const columns = within.x1 - within.x0;
  const mostRows = height * MOST_ROWS;
  const mostColumns = columns * MOST_COLUMNS;
  let { x0, y0, x1, y1 } = within;
  while (y0 - within.y0 < mostRows && isBorder(grey, y0 * width + x0, 1, columns)) y0++;
  while (within.y1 - y1 < mostRows && isBorder(grey, (y1 - 1) * width + x0, 1, columns)) y1--;
  const rows = y1 - y0;
  while (x0 - within.x0 < mostColumns && isBorder(grey, y0 * width + x0, width, rows)) x0++;
  while (within.x1 - x1 < mostColumns && isBorder(grey, y0 * width + x1 - 1, width, rows)) x1--;
  if (rows < height * LEAST_HEIGHT || x1 - x0 < columns * LEAST_WIDTH) return within;
  return { x0, y0, x1, y1 };
}

function isBorder(grey: Uint8Array, at: number, step: number, count: number): boolean {
  let sum = 0;
  let squares = 0;
  for (let i = 0, p = at; i < count; i++, p += step) {
    const v = grey[p]!;
    sum += v;
    squares += v * v;
  }
  return sum < DARK * count && squares * count - sum * sum < FLAT_VARIANCE * count * count;
}
