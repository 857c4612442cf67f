import type { Signal } from '@preact/signals';
import { spectrogram } from '../../api/calls.js';
import type { Side, Spectrogram } from '../../api/types.js';
import { useLoad } from '../../lib/load.js';
import { colour } from '../../lib/theme.js';
import { contextOf, PLOT_FONT } from './plot.js';
import { useCanvas } from './use-canvas.js';

const HEIGHT = 130;
const SIDES: readonly (readonly [Side, string])[] = [
  ['stream', 'Sound on the stream'],
  ['reference', 'Sound of the reference'],
];

interface Props {
  readonly id: string;
  readonly seconds: number;
  readonly at: Signal<number>;
}

/** Both sides' sound as pictures, with the landmarks that agree on them. */
export function Spectrograms({ id, seconds, at }: Props) {
  return (
    <section class="card stack">
      <h2>What is heard</h2>
      {SIDES.map(([side, name]) => (
        <One key={side} id={id} side={side} name={name} seconds={seconds} at={at} />
      ))}
    </section>
  );
}

function One({ id, side, name, seconds, at }: Props & { readonly side: Side; readonly name: string }) {
  const { value, error, isLoading } = useLoad((abort) => spectrogram(id, side, abort), [id, side]);
  return (
    <figure class="stack">
      <figcaption class="row spread">
        <b>{name}</b>
        {value && (
          <>
            <span class="soft small">{value.landmarks.length} landmarks agree</span>
            {/* biome-ignore lint/a11y/useMediaCaption: an excerpt of a stream, which nobody wrote down */}
            <audio controls preload="none" src={`/v1/detections/${encodeURIComponent(id)}/audio/${side}`} />
          </>
        )}
      </figcaption>
      {value ? (
        <Picture data={value} name={name} seconds={seconds} at={at} />
      ) : (
        <p class="soft small">{error ? error.message : isLoading ? 'Loading …' : ''}</p>
      )}
    </figure>
  );
}

function Picture({
  data,
  name,
  seconds,
  at,
}: {
  readonly data: Spectrogram;
  readonly name: string;
  readonly seconds: number;
  readonly at: Signal<number>;
}) {
  const canvas = useCanvas(
    (element) => {
      const context = contextOf(element, HEIGHT);
      if (context) paint(context, element.clientWidth, data, seconds, at.value);
    },
    [data, at.value],
  );
  return (
    <canvas
      ref={canvas}
      class="plot short"
      role="img"
      aria-label={`${name}: spectrogram with ${data.landmarks.length} landmarks that agree with the other side`}
    />
  );
}

function paint(
  context: CanvasRenderingContext2D,
  width: number,
  data: Spectrogram,
  seconds: number,
  at: number,
): void {
  const picture = pictureOf(data);
  context.imageSmoothingEnabled = true;
  context.drawImage(picture, 0, 0, width, HEIGHT);
  const x = (t: number) => (t / data.seconds) * width;
  const y = (hertz: number) => HEIGHT - (hertz / data.maxFrequency) * HEIGHT;
  context.strokeStyle = '#ffffff';
  context.fillStyle = '#ffd24a';
  context.lineWidth = 1;
  for (const { t, frequency, toT, toFrequency } of data.landmarks) {
    context.globalAlpha = 0.5;
    context.beginPath();
    context.moveTo(x(t), y(frequency));
    context.lineTo(x(toT), y(toFrequency));
    context.stroke();
    context.globalAlpha = 1;
    context.fillRect(x(t) - 2, y(frequency) - 2, 4, 4);
  }
  context.fillStyle = colour('--accent');
  context.fillRect((at / seconds) * width - 1, 0, 2, HEIGHT);
  context.font = PLOT_FONT;
  context.fillStyle = '#ffffff';
  context.fillText(`${Math.round(data.maxFrequency / 1000)} kHz`, 5, 12);
}

const pictures = new WeakMap<Spectrogram, HTMLCanvasElement>();

/** The spectrogram at one pixel a value, made once. */
function pictureOf(data: Spectrogram): HTMLCanvasElement {
  const known = pictures.get(data);
  if (known) return known;
  const { columns, rows } = data;
  const values = Uint8Array.from(atob(data.values), (letter) => letter.charCodeAt(0));
  const canvas = document.createElement('canvas');
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(columns, rows);
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++) {
      const level = (values[column * rows + row] ?? 0) / 255;
      const at = 4 * ((rows - 1 - row) * columns + column);
      image.data[at] = 12 + 215 * level ** 1.6;
      image.data[at + 1] = 16 + 150 * level ** 1.3;
      image.data[at + 2] = 38 + 130 * level ** 0.8;
      image.data[at + 3] = 255;
    }
  context.putImageData(image, 0, 0);
  pictures.set(data, canvas);
  return canvas;
}
