import type { IndexFigures } from './run.js';

const WIDTH = 960;
const HEIGHT = 300;
const LEFT = 60;
const TOP = 50;
const PANEL = 250;
const GAP = 60;
const BOTTOM = 60;
const COLOURS = { embedded: '#1b6ca8', elasticsearch: '#c0562a' };

interface Panel {
  readonly title: string;
  readonly of: (figures: IndexFigures) => number | null;
}

const PANELS: readonly Panel[] = [
  { title: 'look-up p95, ms', of: ({ lookupP95Ms }) => lookupP95Ms },
  { title: 'MiB an hour', of: ({ mibPerHour }) => mibPerHour },
  { title: 'recall', of: ({ recall }) => recall },
];

/** How look-ups, size and recall grow with the hours, on a logarithmic axis of hours; hollow = cloned. */
export function growthPlot(all: readonly IndexFigures[]): string {
  const hours = all.map((f) => Math.log10(f.hours));
  const low = Math.floor(Math.min(...hours));
  const high = Math.max(low + 1, Math.ceil(Math.max(...hours)));
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    '<title>How the reference index grows</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...PANELS.flatMap((panel, i) => panelOf(panel, all, LEFT + i * (PANEL + GAP), low, high)),
    ...Object.entries(COLOURS).map(([name, colour], i) =>
      text(LEFT + i * 120, HEIGHT - 12, name, `fill="${colour}" font-weight="bold"`),
    ),
    text(
      LEFT + 260,
      HEIGHT - 12,
      'by hours of references; hollow: copies of the largest size that was loaded',
    ),
    '</svg>',
  ].join('\n')}\n`;
}

function panelOf(
  { title, of }: Panel,
  all: readonly IndexFigures[],
  left: number,
  low: number,
  high: number,
): string[] {
  const most = 1.1 * Math.max(...all.map((f) => of(f) ?? 0), Number.MIN_VALUE);
  const x = (f: number) => left + ((Math.log10(f) - low) / (high - low)) * PANEL;
  const bottom = HEIGHT - BOTTOM;
  const y = (value: number) => bottom - (value / most) * (bottom - TOP);
  const parts = [text(left, TOP - 18, title, 'font-weight="bold"')];
  for (let decade = low; decade <= high; decade++) {
    const at = x(10 ** decade);
    parts.push(line(at, TOP, at, bottom));
    parts.push(text(at, bottom + 16, (10 ** decade).toLocaleString('en'), 'text-anchor="middle"'));
  }
  for (let step = 0; step <= 4; step++) {
    const value = (most * step) / 4;
    parts.push(line(left, y(value), left + PANEL, y(value)));
    parts.push(text(left - 6, y(value) + 4, String(Number(value.toPrecision(2))), 'text-anchor="end"'));
  }
  for (const [engine, colour] of Object.entries(COLOURS)) {
    const points = all.flatMap((f) => {
      const value = f.engine === engine ? of(f) : null;
      return value === null ? [] : [{ at: `${x(f.hours).toFixed(1)},${y(value).toFixed(1)}`, f, value }];
    });
    const joined = points.map(({ at }) => at).join(' ');
    parts.push(`<polyline points="${joined}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    for (const { f, value } of points) {
      const fill = f.method === 'cloned' ? '#fff' : colour;
      parts.push(
        `<circle cx="${x(f.hours).toFixed(1)}" cy="${y(value).toFixed(1)}" r="4" fill="${fill}" stroke="${colour}"/>`,
      );
    }
  }
  return parts;
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="#ddd"/>`;
}

function text(x: number, y: number, said: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${said}</text>`;
}
