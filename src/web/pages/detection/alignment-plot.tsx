import type { Signal } from '@preact/signals';
import type { Alignment, Detection } from '../../api/types.js';
import { many, place, placeOf } from '../../lib/format.js';
import { colour } from '../../lib/theme.js';
import { contextOf, PLOT_FONT, roundTicks } from './plot.js';
import { useCanvas } from './use-canvas.js';

const HEIGHT = 250;
const LEFT = 62;
const BARS = 54;
const AXIS = 22;

interface Props {
  readonly alignment: Alignment;
  readonly detection: Detection;
  readonly seconds: number;
  readonly at: Signal<number>;
}

/** Where in the stream which place of the work is, moment by moment, and how alike both are second by second. */
export function AlignmentPlot({ alignment, detection, seconds, at }: Props) {
  const draw = (canvas: HTMLCanvasElement) => {
    const context = contextOf(canvas, HEIGHT);
    if (context) paintPlot(context, canvas.clientWidth, alignment, detection, seconds, at.value);
  };
  const canvas = useCanvas(draw, [alignment, at.value, seconds]);
  const sounds = alignment.points.filter(({ modality }) => modality === 'audio').length;
  const pictures = alignment.points.length - sounds;
  return (
    <>
      <p class="legend small">
        <span>
          <i class="video" /> {many(pictures, 'picture')} that agree
        </span>
        <span>
          <i class="audio" /> {many(sounds, 'moment')} of sound that agree
        </span>
        <span>
          <i class="line" /> the line found
        </span>
        {alignment.hits.length > 0 && (
          <span>
            <i class="hit" /> landmarks that both have
          </span>
        )}
      </p>
      <canvas
        ref={canvas}
        class="plot tall"
        role="img"
        aria-label={`Alignment: ${pictures} pictures and ${sounds} moments of sound lie on one line, from ${placeOf(detection.reference.start)} to ${placeOf(detection.reference.end)} of the work.`}
        onPointerDown={(event) => scrub(event, seconds, at)}
        onPointerMove={(event) => event.buttons === 1 && scrub(event, seconds, at)}
      />
    </>
  );
}

function scrub(event: PointerEvent, seconds: number, at: Signal<number>): void {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  const share = (event.clientX - box.left - LEFT) / (box.width - LEFT);
  at.value = Math.min(seconds, Math.max(0, share * seconds));
}

function paintPlot(
  context: CanvasRenderingContext2D,
  width: number,
  { points, perSecond, hits }: Alignment,
  { reference, speed }: Detection,
  seconds: number,
  at: number,
): void {
  const bottom = HEIGHT - AXIS - BARS;
  const x = (t: number) => LEFT + (t / seconds) * (width - LEFT - 4);
  const low = Math.min(reference.start, ...points.map(({ referenceTime }) => referenceTime));
  const high = Math.max(reference.end, ...points.map(({ referenceTime }) => referenceTime));
  const y = (t: number) => bottom - 6 - ((t - low) / Math.max(0.1, high - low)) * (bottom - 14);
  context.clearRect(0, 0, width, HEIGHT);
  context.font = PLOT_FONT;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const tick of roundTicks(low, high, 4)) {
    context.fillStyle = colour('--line');
    context.fillRect(LEFT, y(tick), width, 1);
    context.fillStyle = colour('--soft');
    context.fillText(placeOf(tick).replace(/ UTC$/, '').replace(/\.0$/, ''), LEFT - 7, y(tick));
  }
  context.textAlign = 'center';
  for (const tick of roundTicks(0, seconds, Math.min(10, width / 80))) {
    context.fillStyle = colour('--line');
    context.fillRect(x(tick), 0, 1, HEIGHT - AXIS);
    context.fillStyle = colour('--soft');
    context.fillText(place(tick).replace(/\.0$/, ''), Math.min(width - 14, x(tick)), HEIGHT - 10);
  }
  context.strokeStyle = colour('--strong-line');
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x(0), y(reference.start));
  context.lineTo(x(seconds), y(reference.start + seconds * speed));
  context.stroke();
  context.fillStyle = colour('--strong-line');
  context.globalAlpha = 0.4;
  for (const [streamTime, referenceTime] of hits)
    if (referenceTime! >= low && referenceTime! <= high)
      context.fillRect(x(streamTime!) - 1, y(referenceTime!) - 1, 2, 2);
  context.globalAlpha = 1;
  const fills = { video: colour('--video'), audio: colour('--audio') };
  for (const { streamTime, referenceTime, similarity, modality } of points) {
    context.fillStyle = fills[modality];
    context.globalAlpha = 0.35 + 0.65 * similarity;
    context.beginPath();
    context.arc(x(streamTime), y(referenceTime), 3, 0, 7);
    context.fill();
  }
  context.globalAlpha = 1;
  paintBars(context, x, bottom, perSecond, fills);
  context.fillStyle = colour('--accent');
  context.fillRect(x(at) - 1, 0, 2, HEIGHT - AXIS);
}

/** Two bars a second: above for the picture, below for the sound; as high as both sides are alike. */
function paintBars(
  context: CanvasRenderingContext2D,
  x: (t: number) => number,
  top: number,
  perSecond: Alignment['perSecond'],
  fills: { readonly video: string; readonly audio: string },
): void {
  const half = BARS / 2 - 3;
  const size = Math.max(1, x(1) - x(0) - 1);
  for (const { t, picture, sound } of perSecond) {
    if (picture !== null) bar(context, x(t), top + half, size, picture * half, fills.video);
    if (sound !== null) bar(context, x(t), top + 2 * half + 3, size, sound * half, fills.audio);
  }
  context.fillStyle = colour('--soft');
  context.textAlign = 'right';
  context.fillText('picture', LEFT - 7, top + half / 2);
  context.fillText('sound', LEFT - 7, top + half * 1.5 + 3);
}

function bar(
  context: CanvasRenderingContext2D,
  x: number,
  base: number,
  width: number,
  height: number,
  fill: string,
) {
  context.fillStyle = fill;
  context.fillRect(x, base - height, width, height);
}
