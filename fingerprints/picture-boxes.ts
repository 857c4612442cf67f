import type { Box } from './picture-box.js';

const centre = (size: number): Box => at((1 - size) / 2, (1 - size) / 2, size, size);

function at(x0: number, y0: number, width: number, height: number): Box {
  return { x0, y0, x1: x0 + width, y1: y0 + height };
}

/** The whole of a picture. */
export const WHOLE: Box = at(0, 0, 1, 1);

/**
 * The parts of a reference's picture that a row holds the hashes of, in this order. Part of the format.
 *
 * What a pirate cuts away is in no box of his picture, so the reference has to be looked at in parts, too: the
 * centre, which a crop to 0.8 of the sides leaves wherever it lies, and which logos, tickers and subtitles hardly
 * touch; and the upright middle that is shown in one half of a split screen.
 */
export const REGION_BOXES: readonly Box[] = [WHOLE, centre(0.6), at(0.25, 0, 0.5, 1)];

/** The reference's centre in a picture cropped to 0.8 of its sides: 0.6 ÷ 0.8. */
const ZOOMED = 0.75;
/** Places in each direction: a quarter of what is left over between them is 4 % of the box. */
const PLACES = 4;
const place = (n: number) => (n * (1 - ZOOMED)) / (PLACES - 1);
const numbers = Array.from({ length: PLACES }, (_, n) => n);

const framed = (box: Box): Box => ({ ...box, framed: true });

/** The parts of a stream's picture in which a reference's may be seen. */
export const BOXES: { readonly base: readonly Box[]; readonly extra: readonly Box[] } = {
  /**
   * To be looked at always: the whole; without what filming a screen puts around it; and what shows the
   * reference's centre when the picture was cropped to 0.8, to 0.9, and not at all.
   */
  base: [WHOLE, centre(0.84), centre(ZOOMED), centre(0.67), centre(0.6)],
  /** A little less cut away; the reference's centre in a picture zoomed into off its centre; halves of a split screen. */
  extra: [
    centre(0.92),
    ...numbers.flatMap((y) => numbers.map((x) => at(place(x), place(y), ZOOMED, ZOOMED))),
    framed(at(0, 0, 0.5, 1)),
    framed(at(0.5, 0, 0.5, 1)),
    framed(at(0, 0, 1, 0.5)),
    framed(at(0, 0.5, 1, 0.5)),
  ],
};
