import { ACROSS, DOWN } from '../../fingerprints/dct.js';
import { LEAST_SURE, SURE } from '../../fingerprints/picture.js';
import { TERMS_PER_HASH } from '../../fingerprints/picture-terms.js';
import { HASH_BITS } from '../../fingerprints/units.js';
import { printTable } from '../lib/results.js';
import { type Drawing, picture, text } from './drawing.js';
import { paintings } from './painted.js';
import { type Compared, keptAt300 } from './pictures.js';

const COLUMN = 310;
const GRID_TOP = 212;
const CELL = 15;
const LINES_TOP = GRID_TOP + 16 * CELL + 22;
const HEADER = [
  'picture',
  'sure',
  'says something',
  'signs stay',
  'terms stay',
  'looked up',
  'another shares',
];
const LEGEND =
  'Frequencies grow to the right and downwards. Blue: positive, orange: negative, pale: not sure, dot: another sign at 300 kbit/s.';

/** Draws what the signs of three pictures become at 300 kbit/s, and prints it. */
export async function drawPictures(): Promise<Drawing> {
  const rows: string[][] = [];
  const elements: string[] = [];
  for (const [n, painting] of paintings().entries()) {
    const { name, canvas } = painting;
    const { compared, alike } = await keptAt300(painting);
    const mean = (of: (one: Compared) => number) =>
      (compared.reduce((sum, one) => sum + of(one), 0) / compared.length).toFixed(1);
    const says = compared.filter(
      ({ stream, reference }) => Math.min(stream.sure, reference.sure) >= LEAST_SURE,
    );
    const told = `${says.length} of ${compared.length}`;
    const sure = mean(({ reference }) => reference.sure);
    const signs = mean((one) => one.signs);
    const terms = mean((one) => one.terms);
    const asked = mean((one) => one.asked);
    rows.push([name, sure, told, signs, terms, asked, String(alike)]);
    const x = 12 + n * COLUMN;
    const raw = { width: canvas.width, height: canvas.height, channels: 4 } as const;
    elements.push(
      text(x, 20, name, 'font-weight="bold"'),
      await picture(new Uint8Array(canvas.pixels.buffer), raw, x, 30, COLUMN - 24, 161),
      ...grid(compared[compared.length >> 1]!, x),
      text(x, LINES_TOP, `sure: ${sure} of ${HASH_BITS}, at least ${LEAST_SURE} are asked for`),
      text(x, LINES_TOP + 18, `it says something in ${told} pictures`),
      text(x, LINES_TOP + 36, `signs that stay: ${signs} of ${HASH_BITS}`),
      text(x, LINES_TOP + 54, `terms that stay: ${terms} of ${TERMS_PER_HASH}; looked up: ${asked}`),
      text(x, LINES_TOP + 72, `another one of its kind shares up to ${alike} signs`),
    );
  }
  printTable('Pictures at 300 kbit/s, means over 10 s', HEADER, rows);
  elements.push(text(12, LINES_TOP + 102, LEGEND, 'fill="#555"'));
  return { width: 3 * COLUMN, height: LINES_TOP + 114, elements };
}

/** The coefficients of the reference by their frequencies, across and down. */
function grid({ stream, reference }: Compared, left: number): string[] {
  return [...reference.coefficients].map((value, b) => {
    const x = left + ACROSS[b]! * CELL;
    const y = GRID_TOP + DOWN[b]! * CELL;
    const look = `fill="${value > 0 ? '#1b6ca8' : '#d9772b'}" opacity="${Math.abs(value) > SURE ? 1 : 0.25}"`;
    const square = `<rect x="${x}" y="${y}" width="${CELL - 1}" height="${CELL - 1}" ${look}/>`;
    const turned = value > 0 !== stream.coefficients[b]! > 0;
    return turned
      ? `${square}<circle cx="${x + CELL / 2 - 0.5}" cy="${y + CELL / 2 - 0.5}" r="3" fill="#111"/>`
      : square;
  });
}
