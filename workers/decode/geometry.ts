/** Longer side of the pictures that are passed on. */
export const PICTURE_SIDE = 320;
const MIN_SHORT_SIDE = 32;

/** How a decoded picture has to be turned to stand upright; the mirror comes first, then the turn. */
export interface Orientation {
  /** Left and right change places. */
  readonly mirrored: boolean;
  /** Degrees clockwise. */
  readonly turn: 0 | 90 | 180 | 270;
}

export const UPRIGHT: Orientation = { mirrored: false, turn: 0 };

/**
 * Reads a display matrix (ISO/IEC 14496-12, 8.3.2: nine 32-bit numbers, [a b u c d v x y w], little endian
 * as FFmpeg hands it over). Turns by other than right angles are taken to the nearest one.
 */
export function orientationOf(matrix: Uint8Array): Orientation {
  if (matrix.byteLength < 20) return UPRIGHT;
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.byteLength);
  const a = view.getInt32(0, true);
  const b = view.getInt32(4, true);
  const c = view.getInt32(12, true);
  const d = view.getInt32(16, true);
  const mirrored = a * d - b * c < 0;
  // Where the picture's x axis points, after the mirror has been undone.
  const angle = (Math.atan2(mirrored ? -b : b, mirrored ? -a : a) * 180) / Math.PI;
  const turn = (((Math.round(angle / 90) * 90) % 360) + 360) % 360;
  return { mirrored, turn: turn as Orientation['turn'] };
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Size of the picture as it is passed on: upright, square pixels, longer side PICTURE_SIDE, both even. */
export function displaySize(coded: Size, pixelAspect: number, orientation: Orientation): Size {
  const aspect = Number.isFinite(pixelAspect) && pixelAspect > 0.05 && pixelAspect < 20 ? pixelAspect : 1;
  const turned = orientation.turn === 90 || orientation.turn === 270;
  const across = coded.width * aspect;
  const [width, height] = turned ? [coded.height, across] : [across, coded.height];
  const short = (ratio: number) => Math.max(MIN_SHORT_SIDE, 2 * Math.round((PICTURE_SIDE * ratio) / 2));
  return width >= height
    ? { width: PICTURE_SIDE, height: short(height / width) }
    : { width: short(width / height), height: PICTURE_SIDE };
}

/** Size to scale to before the picture is turned. */
export function beforeTurn(size: Size, orientation: Orientation): Size {
  return orientation.turn === 90 || orientation.turn === 270
    ? { width: size.height, height: size.width }
    : size;
}

/**
 * Turns a picture upright.
 * @param source rows of `stride` bytes, of which `size.width` × `channels` count
 * @param size before the turn
 * @param target `size.width` × `size.height` × `channels` bytes, without padding
 */
export function orient(
  source: Uint8Array,
  stride: number,
  size: Size,
  channels: number,
  orientation: Orientation,
  target: Uint8Array,
): void {
  const { width, height } = size;
  if (orientation.turn === 0 && !orientation.mirrored) {
    for (let y = 0; y < height; y++)
      target.set(source.subarray(y * stride, y * stride + width * channels), y * width * channels);
    return;
  }
  const place = placement(size, orientation);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * stride + x * channels;
      const to = place(orientation.mirrored ? width - 1 - x : x, y) * channels;
      for (let c = 0; c < channels; c++) target[to + c] = source[from + c] as number;
    }
  }
}

function placement({ width, height }: Size, { turn }: Orientation): (x: number, y: number) => number {
  switch (turn) {
    case 0:
      return (x, y) => y * width + x;
    case 90:
      return (x, y) => x * height + (height - 1 - y);
    case 180:
      return (x, y) => (height - 1 - y) * width + (width - 1 - x);
    case 270:
      return (x, y) => (width - 1 - x) * height + y;
  }
}
