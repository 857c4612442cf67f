import type { Box } from './picture-box.js';

function middle(width: number, height: number): Box {
  return at((1 - width) / 2, (1 - height) / 2, width, height);
}

function at(x0: number, y0: number, width: number, height: number): Box {
  return { x0, y0, x1: x0 + width, y1: y0 + height };
}

/** The whole of a picture. */
export const WHOLE: Box = at(0, 0, 1, 1);

/** The centre of a reference's picture: half its width, 0.6 of its height. */
const CENTRE = { width: 0.5, height: 0.6 };

/**
 * The parts of a reference's picture that a row holds the hashes of, in this order. Part of the format.
 *
 * What a pirate cuts away is in no box of his picture, so the reference has to be looked at in parts, too. One is
 * enough: its centre is left by a crop to 0.8 of the sides wherever that lies, is shown in one half of a split screen
 * that is filled by the middle of a picture, and is hardly touched by logos, tickers and subtitles.
 */
export const REGION_BOXES: readonly Box[] = [WHOLE, middle(CENTRE.width, CENTRE.height)];

/** The reference's centre in a picture of which a pirate left the middle, by `size` of the sides. */
const croppedTo = (size: number) => middle(CENTRE.width / size, CENTRE.height / size);

/** … in one cropped to 0.8, off its middle: places in each direction, some 13 % of the box apart. */
const ZOOMED = 0.8;
const zoomed = { width: CENTRE.width / ZOOMED, height: CENTRE.height / ZOOMED };
const places = (size: number, count: number) =>
  Array.from({ length: count }, (_, n) => (n * (1 - size)) / (count - 1));

/** All of these places of the centre of a picture zoomed into. */
const zoomedAt = (across: number, down: number) =>
  places(zoomed.height, down).flatMap((y) =>
    places(zoomed.width, across).map((x) => at(x, y, zoomed.width, zoomed.height)),
  );

/** A part that shows a whole picture. */
const framed = (box: Box): Box => ({ ...box, framed: true });

/** The parts of a stream's picture in which a reference's may be seen. */
export const BOXES: {
  readonly base: readonly Box[];
  readonly extra: readonly Box[];
  readonly between: readonly Box[];
} = {
  /**
   * To be looked at always: the whole; without what filming a screen puts around it; and what shows the
   * reference's centre when the picture was cropped to 0.8, to 0.9, and not at all.
   */
  base: [WHOLE, middle(0.84, 0.84), croppedTo(0.8), croppedTo(0.9), croppedTo(1)],
  /**
   * A little less around it; the reference's centre in a picture zoomed into off its middle; halves of a split
   * screen that show a whole picture, and those that show the middle of one.
   */
  extra: [
    middle(0.92, 0.92),
    ...zoomedAt(5, 4),
    framed(at(0, 0, 0.5, 1)),
    framed(at(0.5, 0, 0.5, 1)),
    framed(at(0, 0, 1, 0.5)),
    framed(at(0, 0.5, 1, 0.5)),
    at(0, 0.2, 0.5, CENTRE.height),
    at(0.5, 0.2, 0.5, CENTRE.height),
  ],
  /** Where time does not matter: the places of a picture zoomed into that lie between those of `extra`. */
  between: zoomedAt(9, 7).filter((_, n) => n % 2 === 1 || Math.floor(n / 9) % 2 === 1),
};
