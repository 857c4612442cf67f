import { isUtc, localDate, localTime, plain, utcDate, utcTime } from '../../lib/format.js';
import { colour } from '../../lib/theme.js';
import type { Bar, Chart } from './bars.js';
import { DAY, lengthOf, MINUTE, stepFor, ticks, type View } from './view.js';

export const ROW = 24;
export const AXIS = isUtc ? 26 : 42;
const TICK_PIXELS = 92;
const COLOURS = 6;
/** Below this width a bar has no room for its title, px. */
const TITLE_PIXELS = 44;

export interface Scene {
  readonly chart: Chart;
  readonly view: View;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly gutter: number;
  readonly scrolled: number;
  readonly now: number;
  readonly chosen: Bar | null;
  readonly row: number;
  readonly hasFocus: boolean;
}

export const xOf = ({ view, width, gutter }: Pick<Scene, 'view' | 'width' | 'gutter'>, at: number) =>
  gutter + ((at - view.from) / lengthOf(view)) * (width - gutter);

/** Draws all of it; what is not in sight costs nothing. */
export function draw(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height } = scene;
  context.fillStyle = colour('--card');
  context.fillRect(0, 0, width, height);
  context.textBaseline = 'middle';
  context.font = FONT;
  const marks = ticks(scene.view, stepFor(scene.view, width - scene.gutter, TICK_PIXELS));
  drawGrid(context, scene, marks);
  drawRows(context, scene);
  drawNow(context, scene);
  drawNames(context, scene);
  drawAxis(context, scene, marks);
}

const FONT = '12px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const BOLD = `600 ${FONT}`;

function drawGrid(context: CanvasRenderingContext2D, scene: Scene, marks: readonly number[]): void {
  context.fillStyle = colour('--line');
  for (const mark of marks) context.fillRect(Math.round(xOf(scene, mark)), AXIS, 1, scene.height);
}

function visibleRows({ chart, height, scrolled }: Scene): [number, number] {
  const first = Math.max(0, Math.floor(scrolled / ROW));
  const last = Math.min(chart.rows.length, Math.ceil((scrolled + height - AXIS) / ROW));
  return [first, last];
}

const yOf = ({ scrolled }: Scene, row: number) => AXIS + row * ROW - scrolled;

function drawRows(context: CanvasRenderingContext2D, scene: Scene): void {
  const { chart, view, width, gutter } = scene;
  const [first, last] = visibleRows(scene);
  const fills = Array.from({ length: COLOURS }, (_, index) => colour(`--bar${index}`));
  const line = colour('--line');
  const ink = colour('--ink');
  const onBar = colour('--on-bar');
  const scale = (width - gutter) / lengthOf(view);
  const chosenAsset = scene.chosen?.asset ?? -1;
  for (let row = first; row < last; row++) {
    const y = yOf(scene, row);
    context.fillStyle = line;
    context.fillRect(0, y + ROW - 1, width, 1);
    let drawnTo = Number.NEGATIVE_INFINITY;
    for (const bar of chart.rows[row]!.bars) {
      if (bar.end < view.from) continue;
      if (bar.start > view.to) break;
      const left = Math.max(gutter, gutter + (bar.start - view.from) * scale);
      const right = Math.min(width, gutter + (bar.end - view.from) * scale);
      // Bars that fall on the same pixels are drawn once.
      if (right - left < 1.5 && left < drawnTo && bar !== scene.chosen) continue;
      const size = Math.max(1.5, right - left);
      context.globalAlpha = chosenAsset >= 0 && bar.asset !== chosenAsset ? 0.35 : 1;
      context.fillStyle = fills[bar.asset % COLOURS]!;
      context.fillRect(left, y + 4, size > 3 ? size - 0.5 : size, ROW - 9);
      drawnTo = left + size;
      if (size >= TITLE_PIXELS) {
        context.fillStyle = onBar;
        const title = titleFitting(context, plain(chart.assets[bar.asset]?.title ?? ''), size - 10);
        context.fillText(title, left + 5, y + ROW / 2 - 0.5);
      }
      context.globalAlpha = 1;
      if (bar === scene.chosen) {
        context.strokeStyle = ink;
        context.lineWidth = 2;
        context.strokeRect(left - 1, y + 3, size + 2, ROW - 7);
      }
    }
  }
}

const widths = new Map<string, number>();

/** As much of a text as has room, measured once a text. */
function titleFitting(context: CanvasRenderingContext2D, text: string, room: number): string {
  let width = widths.get(text);
  if (width === undefined) {
    width = context.measureText(text).width;
    if (widths.size > 5000) widths.clear();
    widths.set(text, width);
  }
  if (width <= room) return text;
  const letters = Math.floor((text.length * room) / width) - 1;
  return letters < 3 ? '' : `${text.slice(0, letters)}…`;
}

function drawNow(context: CanvasRenderingContext2D, scene: Scene): void {
  const { view, now, height } = scene;
  if (now < view.from || now > view.to) return;
  context.fillStyle = colour('--accent');
  context.fillRect(Math.round(xOf(scene, now)), AXIS - 4, 2, height);
}

function drawNames(context: CanvasRenderingContext2D, scene: Scene): void {
  const { chart, gutter, height } = scene;
  context.fillStyle = colour('--card');
  context.fillRect(0, AXIS, gutter, height);
  const [first, last] = visibleRows(scene);
  for (let row = first; row < last; row++) {
    const y = yOf(scene, row);
    const isChosen = scene.hasFocus && row === scene.row;
    if (isChosen) {
      context.fillStyle = colour('--accent-paper');
      context.fillRect(0, y, gutter, ROW - 1);
    }
    context.fillStyle = colour('--ink');
    context.font = isChosen ? BOLD : FONT;
    context.fillText(titleFitting(context, plain(chart.rows[row]!.name), gutter - 22), 10, y + ROW / 2 - 0.5);
  }
  context.font = FONT;
  context.fillStyle = colour('--line');
  context.fillRect(gutter - 1, 0, 1, height);
}

function drawAxis(context: CanvasRenderingContext2D, scene: Scene, marks: readonly number[]): void {
  const { view, width, gutter } = scene;
  const step = stepFor(view, width - gutter, TICK_PIXELS);
  context.fillStyle = colour('--card');
  context.fillRect(0, 0, width, AXIS);
  context.fillStyle = colour('--line');
  context.fillRect(0, AXIS - 1, width, 1);
  context.textAlign = 'center';
  for (const mark of marks) {
    const x = xOf(scene, mark);
    if (x < gutter + 24) continue;
    context.fillStyle = colour('--ink');
    context.fillText(label(step, localDate(mark), localTime(mark)), x, 13);
    if (isUtc) continue;
    context.fillStyle = colour('--soft');
    context.fillText(label(step, utcDate(mark), utcTime(mark)), x, 30);
  }
  context.textAlign = 'left';
  context.fillStyle = colour('--ink');
  context.fillText(`${localDate(view.from)}${isUtc ? ' UTC' : ''}`, 10, 13);
  if (isUtc) return;
  context.fillStyle = colour('--soft');
  context.fillText('UTC', 10, 30);
}

function label(step: number, date: string, time: string): string {
  if (step >= DAY) return date.slice(5);
  if (time === '00:00:00') return date.slice(5);
  return step >= MINUTE ? time.slice(0, 5) : time;
}
