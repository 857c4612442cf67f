import type { Box } from './picture-box.js';

const centre = (size: number): Box => at((1 - size) / 2, (1 - size) / 2, size, size);

function at(x0: number, y0: number, width: number, height: number): Box {
  return { x0, y0, x1: x0 + width, y1: y0 + height };
}

/** The whole of a picture. */
export const WHOLE: Box = at(0, 0, 1, 1);

/**
 * The parts of a reference's picture that a row holds the hashes of, in this order. Part of the format.
 * What a pirate cuts away is in no box of his picture, so the reference has to be looked at in parts, too: the
 * centre that every crop leaves wherever it lies, and the upright middle that one half of a split screen shows.
 */
export const REGION_BOXES: readonly Box[] = [WHOLE, centre(0.8), centre(0.6), at(0.25, 0, 0.5, 1)];

const CORNERS = 0.75;
const places = [0, (1 - CORNERS) / 2, 1 - CORNERS];
const half = (box: Box): Box => ({ ...box, framed: true });

/** The parts of a stream's picture in which a reference's may be seen, by how often it pays to look. */
export const BOXES: { readonly base: readonly Box[]; readonly extra: readonly Box[] } = {
  /** The whole, and without what was put around it, as filming a screen does. */
  base: [WHOLE, centre(0.92), centre(0.84)],
  /** Parts that hold the centre of a picture zoomed into; the halves of a split screen. */
  extra: [
    ...places.flatMap((y) => places.map((x) => at(x, y, CORNERS, CORNERS))),
    half(at(0, 0, 0.5, 1)),
    half(at(0.5, 0, 0.5, 1)),
    half(at(0, 0, 1, 0.5)),
    half(at(0, 0.5, 1, 0.5)),
  ],
};
