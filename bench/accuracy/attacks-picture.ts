import type { Random } from '../../samples/random.js';
import { cachedText } from '../lib/cache.js';
import type { Step } from './attacks-recipe.js';
import { sentence, words } from './attacks-text.js';
import { even, type Graph } from './render-graph.js';

const COLOURS = ['0xd01c1c', '0x1c4fd0', '0x10803a', '0xf0b000', '0x202020', '0xe8e8e8', '0x7a1c9a'];

/** An opaque logo in one upper corner, a clock in the other, a ticker running along the bottom. */
export const logoTickerClock: Step = async (g) => {
  const { width: w, height: h, random: r } = g;
  const [logo, bar] = [r.pick(COLOURS), r.pick(COLOURS)];
  const [logoWidth, logoHeight] = [even(w * r.range(0.12, 0.18)), even(h * r.range(0.1, 0.15))];
  const margin = even(w * 0.03);
  const onLeft = r.chance(0.5);
  const logoX = onLeft ? margin : w - margin - logoWidth;
  const clockX = onLeft ? `w-tw-${margin}` : `${margin}`;
  const barHeight = even(h * r.range(0.08, 0.11));
  const ticker = await cachedText(
    'texts',
    Array.from({ length: 30 }, () => sentence(r)).join(' +++ '),
    'txt',
  );
  const letters = Math.round(barHeight * 0.6);
  const at = r.int(3600, 80_000);
  g.filterPicture(
    [
      `drawbox=x=${logoX}:y=${margin}:w=${logoWidth}:h=${logoHeight}:color=${logo}:t=fill`,
      `drawtext=font=DejaVu Sans:text='${words(r, 1)[0]!.slice(0, 4).toUpperCase()}':fontsize=${Math.round(logoHeight * 0.6)}:` +
        `fontcolor=${contrastTo(logo)}:x=${logoX}+(${logoWidth}-tw)/2:y=${margin}+(${logoHeight}-th)/2`,
      `drawtext=font=DejaVu Sans:text='%{pts\\:hms\\:${at}}':fontsize=${Math.round(h * 0.06)}:fontcolor=white:` +
        `box=1:boxcolor=black:boxborderw=4:x=${clockX}:y=${margin}`,
      `drawbox=x=0:y=${h - barHeight}:w=${w}:h=${barHeight}:color=${bar}:t=fill`,
      `drawtext=font=DejaVu Sans:textfile=${ticker}:expansion=none:fontsize=${letters}:fontcolor=${contrastTo(bar)}:` +
        `x=w-mod(t*${r.int(60, 140)}\\,w+tw):y=${h - barHeight}+(${barHeight}-th)/2`,
    ].join(','),
  );
};

function contrastTo(colour: string): string {
  return colour === '0xe8e8e8' || colour === '0xf0b000' ? 'black' : 'white';
}

/** One or two lines of white text with a black edge, 2 to 4 s each, a short gap between them. */
export const subtitles: Step = async (g) => {
  const { random: r } = g;
  const lines: string[] = [];
  for (let t = r.range(0, 0.5); t < g.seconds + 4; ) {
    const shown = r.range(2, 4);
    const text = r.chance(0.6) ? `${sentence(r)}\\N${sentence(r)}` : sentence(r);
    lines.push(`Dialogue: 0,${clock(t)},${clock(t + shown)},D,,0,0,0,,${text}`);
    t += shown + r.range(0.1, 0.6);
  }
  const file = await cachedText(
    'texts',
    `[Script Info]
ScriptType: v4.00+
PlayResX: ${g.width}
PlayResY: ${g.height}
WrapStyle: 0

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV
Style: D,DejaVu Sans,${Math.round(g.height * 0.065)},&H00FFFFFF,&H00000000,1,2,1,2,10,10,${Math.round(g.height * 0.05)}

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
${lines.join('\n')}
`,
    'ass',
  );
  g.filterPicture(`ass=${file}`);
};

function clock(t: number): string {
  const hundredths = Math.round(t * 100);
  const two = (n: number) => String(n).padStart(2, '0');
  return `0:${two(Math.floor(hundredths / 6000))}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
}

/** The part of the picture that a zoom of 1.25 leaves, from the middle or far off it, at the size it had. */
export function zoom(offCentre: boolean): Step {
  return (g) => {
    const [w, h] = [g.width, g.height];
    const [cw, ch] = [even(w / 1.25), even(h / 1.25)];
    const x = offCentre ? (w - cw) * g.random.pick([0, 0.1, 0.9, 1]) : (w - cw) / 2;
    const y = offCentre ? (h - ch) * g.random.next() : (h - ch) / 2;
    g.filterPicture(`crop=${cw}:${ch}:${Math.round(x)}:${Math.round(y)},scale=${w}:${h}`);
  };
}

/** Black bars that make the canvas `ratio` times as high (`down`) or wide (`across`). */
export function bars(direction: 'down' | 'across', ratio: number): Step {
  return (g) =>
    g.resize(
      direction === 'across' ? g.width * ratio : g.width,
      direction === 'down' ? g.height * ratio : g.height,
      (w, h) => `pad=${w}:${h}:-1:-1:black`,
    );
}

/** Other moving pictures of a size: a film of the company, over and over, or generated ones when it has none. */
export function moving(g: Graph, width: number, height: number): string {
  const seconds = (g.seconds + 1).toFixed(1);
  const { films } = g.company;
  const input =
    films.length > 0
      ? g.open(['-stream_loop', '-1', '-t', seconds, '-i', g.random.pick(films).file])
      : g.open(['-f', 'lavfi', '-t', seconds, '-i', `testsrc2=s=${width}x${height}`]);
  return g.chain(
    `${input}:v:0`,
    `fps=${g.rate.toFixed(5)}:start_time=0,scale=${width}:${height}:force_original_aspect_ratio=increase,` +
      `crop=${width}:${height},setsar=1,format=yuv420p,tpad=stop=-1:stop_mode=clone`,
  );
}

/** The picture in a corner or the middle of another one, at a share of its width and height. */
export function pictureInPicture(share: number): Step {
  return (g) => {
    const [w, h] = [g.width, g.height];
    const around = moving(g, w, h);
    g.resize(w * share, h * share, (sw, sh) => `scale=${sw}:${sh}`);
    const [x, y] = corner(g.random, w, h, g.width, g.height);
    g.layOver(around, w, h, x, y);
  };
}

function corner(r: Random, w: number, h: number, sw: number, sh: number): [x: number, y: number] {
  const margin = 0.04;
  const [ax, ay] = r.pick([
    [margin, margin],
    [1 - margin, margin],
    [margin, 1 - margin],
    [1 - margin, 1 - margin],
    [0.5, 0.5],
  ] as const);
  return [Math.round((w - sw) * ax), Math.round((h - sh) * ay)];
}

/** One half of the screen: the whole picture squeezed into it, or the picture's middle half. */
export function splitScreen(shown: 'squeezed' | 'middle'): Step {
  return (g) => {
    const [w, h] = [g.width, g.height];
    const beside = moving(g, w, h);
    g.resize(w / 2, h, (hw, hh) => (shown === 'squeezed' ? `scale=${hw}:${hh}` : `crop=${hw}:${hh}`));
    g.layOver(beside, w, h, g.random.chance(0.5) ? 0 : w - g.width, 0);
  };
}

/** An opaque border of two colours drawn over the edges, 7 % of the height wide. */
export const borderOver: Step = (g) => {
  const width = Math.round(Math.min(g.width, g.height) * 0.07);
  const [outer, inner] = [g.random.pick(COLOURS), g.random.pick(COLOURS)];
  g.filterPicture(
    `drawbox=x=0:y=0:w=iw:h=ih:color=${outer}:t=${width},` +
      `drawbox=x=${width}:y=${width}:w=iw-${2 * width}:h=ih-${2 * width}:color=${inner}:t=3`,
  );
};

/** The whole picture at 80 % inside a still one of many colours. */
export const frameAround: Step = (g) => {
  const [w, h, r] = [g.width, g.height, g.random];
  const still = g.chain(
    '',
    `gradients=s=${w}x${h}:n=6:seed=${r.int(1, 9999)},trim=end_frame=1,loop=-1:1,` +
      `fps=${g.rate.toFixed(5)},format=yuv420p,setsar=1`,
  );
  g.resize(w * 0.8, h * 0.8, (sw, sh) => `scale=${sw}:${sh}`);
  g.layOver(
    still,
    w,
    h,
    Math.round((w - g.width) * r.range(0.3, 0.7)),
    Math.round((h - g.height) * r.range(0.3, 0.7)),
  );
};

/** A fifth of the pictures, and half a second every 7 s, lost; the picture before stays on. */
export const drops: Step = (g) =>
  g.filterPicture(
    `select='gt(random(0)\\,0.2)*gt(mod(t+${g.random.range(0, 7).toFixed(2)}\\,7)\\,0.5)',fps=${g.rate.toFixed(5)}:start_time=0`,
  );
