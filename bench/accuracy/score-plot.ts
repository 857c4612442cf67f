import { expectedPerHour, type Tail } from './score-tail.js';

export interface Series {
  readonly name: string;
  readonly values: readonly number[];
  readonly tail: Tail | null;
}

const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 70;
const RIGHT = 170;
const TOP = 40;
const BOTTOM = 50;
const COLOURS = ['#1b6ca8', '#c0562a', '#3a7d44', '#7a4fa0'];
/** Rates drawn, an hour: a decade a line. */
const LOWEST = -6;
const HIGHEST = 3;
/** Where one false detection a stream and year lies. */
const ONE_A_YEAR = 1 / (365 * 24);

/** Windows an hour with more wrong evidence than x, on a logarithmic scale, each series with its fitted tail. */
export function survivalPlot(title: string, series: readonly Series[], hours: number): string {
  const most = Math.max(
    20,
    ...series.flatMap(({ values, tail }) => [maximum(values), tail ? reach(tail) : 0]),
  );
  const x = (evidence: number) => LEFT + (evidence / most) * (WIDTH - LEFT - RIGHT);
  const y = (perHour: number) =>
    TOP + ((HIGHEST - Math.log10(perHour)) / (HIGHEST - LOWEST)) * (HEIGHT - TOP - BOTTOM);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>Wrong evidence: ${title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(LEFT, 22, title, 'font-size="14" font-weight="bold"'),
    ...axes(x, y, most),
    ...series.flatMap((one, i) => curve(one, COLOURS[i % COLOURS.length]!, i, x, y, hours)),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

/** Evidence at which a tail meets one a year. */
function reach(tail: Tail): number {
  return tail.u + tail.beta * Math.log(tail.perHour / ONE_A_YEAR);
}

type Scale = (value: number) => number;

function axes(x: Scale, y: Scale, most: number): string[] {
  const parts: string[] = [];
  for (let decade = LOWEST; decade <= HIGHEST; decade++) {
    const at = y(10 ** decade);
    parts.push(line(LEFT, at, WIDTH - RIGHT, at, '#ddd'));
    parts.push(text(LEFT - 8, at + 4, `10^${decade}`, 'text-anchor="end"'));
  }
  for (let evidence = 0; evidence <= most; evidence += most > 60 ? 10 : 5) {
    parts.push(line(x(evidence), TOP, x(evidence), HEIGHT - BOTTOM, '#eee'));
    parts.push(text(x(evidence), HEIGHT - BOTTOM + 18, String(evidence), 'text-anchor="middle"'));
  }
  const year = y(ONE_A_YEAR);
  parts.push(line(LEFT, year, WIDTH - RIGHT, year, '#b00', 'stroke-dasharray="2 3"'));
  parts.push(text(WIDTH - RIGHT + 6, year + 4, 'one a stream and year', 'fill="#b00"'));
  parts.push(
    text(
      (LEFT + WIDTH - RIGHT) / 2,
      HEIGHT - 12,
      'evidence for what is not there, nats',
      'text-anchor="middle"',
    ),
  );
  parts.push(
    text(
      16,
      HEIGHT / 2,
      'windows an hour with more',
      `text-anchor="middle" transform="rotate(-90 16 ${HEIGHT / 2})"`,
    ),
  );
  return parts;
}

function curve(
  { name, values, tail }: Series,
  colour: string,
  i: number,
  x: Scale,
  y: Scale,
  hours: number,
): string[] {
  const sorted = [...values].sort((a, b) => b - a);
  const points = sorted.map((value, rank) => `${x(value).toFixed(1)},${y((rank + 1) / hours).toFixed(1)}`);
  const thinned = points.filter((point, rank) => rank < 100 || point !== points[rank - 1]);
  const parts = [`<polyline points="${thinned.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`];
  if (tail) {
    const end = reach(tail);
    parts.push(
      line(
        x(tail.u),
        y(tail.perHour),
        x(end),
        y(expectedPerHour(tail, end)),
        colour,
        'stroke-dasharray="6 4"',
      ),
    );
  }
  const legend = TOP + 20 + 34 * i;
  const fit = tail ? `β = ${tail.beta.toFixed(2)} ± ${tail.betaError.toFixed(2)}` : 'no tail';
  parts.push(text(WIDTH - RIGHT + 6, legend, name, `fill="${colour}" font-weight="bold"`));
  parts.push(text(WIDTH - RIGHT + 6, legend + 15, fit, `fill="${colour}"`));
  return parts;
}

function maximum(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function line(x1: number, y1: number, x2: number, y2: number, stroke: string, rest = ''): string {
  const [a, b, c, d] = [x1, y1, x2, y2].map((value) => value.toFixed(1));
  return `<line x1="${a}" y1="${b}" x2="${c}" y2="${d}" stroke="${stroke}" ${rest}/>`;
}

function text(x: number, y: number, words: string, rest = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${rest}>${words}</text>`;
}
