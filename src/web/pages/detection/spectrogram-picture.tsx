import type { Signal } from '@preact/signals';
import type { Spectrogram } from '../../api/types.js';
import { colour } from '../../lib/theme.js';
import { contextOf, PLOT_FONT } from './plot.js';
import { useCanvas } from './use-canvas.js';

const HEIGHT = 130;
/** Of a side of which there are peaks alone, Hz. */
const MIN_HZ = 100;
const MAX_HZ = 3800;
const MOST_LINES = 300;

interface Props {
  readonly data: Spectrogram;
  readonly name: string;
  /** Seconds from the start of what is shown. */
  readonly at: Signal<number>;
}

/** Sound by time and frequency, on a logarithmic axis; pairs of peaks that the other side has too are joined. */
export function SpectrogramPicture({ data, name, at }: Props) {
  const canvas = useCanvas(
    (element) => {
      const context = contextOf(element, HEIGHT);
      if (context) paint(context, element.clientWidth, data, at.value);
    },
    [data, at.value],
  );
  return (
    <canvas
      ref={canvas}
      class="plot short"
      role="img"
      aria-label={`${name}: spectrogram with ${data.agreeing.length} landmarks that agree with the other side`}
    />
  );
}

function paint(context: CanvasRenderingContext2D, width: number, data: Spectrogram, at: number): void {
  const { from, to, image, peaks, agreeing } = data;
  const length = Math.max(0.1, to - from);
  const [low, high] = [image?.minHz ?? MIN_HZ, image?.maxHz ?? MAX_HZ];
  const x = (time: number) => ((time - from) / length) * width;
  const y = (hertz: number) => HEIGHT * (1 - Math.log(hertz / low) / Math.log(high / low));
  context.fillStyle = '#0c1026';
  context.fillRect(0, 0, width, HEIGHT);
  if (image) {
    const shown = (image.columns * image.step) / length;
    context.drawImage(pictureOf(image), 0, 0, width * shown, HEIGHT);
  } else {
    context.fillStyle = '#8fa5e8';
    for (const [time, hertz] of peaks) context.fillRect(x(time!) - 1, y(hertz!) - 1, 2, 2);
  }
  context.strokeStyle = '#ffffff';
  context.fillStyle = '#ffd24a';
  context.lineWidth = 1;
  const every = Math.max(1, Math.ceil(agreeing.length / MOST_LINES));
  for (let index = 0; index < agreeing.length; index += every) {
    const [first, second] = agreeing[index]!.own as readonly [readonly number[], readonly number[]];
    context.globalAlpha = 0.4;
    context.beginPath();
    context.moveTo(x(first[0]!), y(first[1]!));
    context.lineTo(x(second[0]!), y(second[1]!));
    context.stroke();
    context.globalAlpha = 1;
    context.fillRect(x(first[0]!) - 1.5, y(first[1]!) - 1.5, 3, 3);
    context.fillRect(x(second[0]!) - 1.5, y(second[1]!) - 1.5, 3, 3);
  }
  context.fillStyle = colour('--accent');
  context.fillRect((at / length) * width - 1, 0, 2, HEIGHT);
  context.font = PLOT_FONT;
  context.fillStyle = '#ffffff';
  context.fillText(`${(high / 1000).toFixed(1)} kHz`, 5, 12);
  context.fillText(`${Math.round(low)} Hz`, 5, HEIGHT - 5);
}

type Image = NonNullable<Spectrogram['image']>;

const pictures = new WeakMap<Image, HTMLCanvasElement>();

/** The picture at one pixel a value, made once. */
function pictureOf(image: Image): HTMLCanvasElement {
  const known = pictures.get(image);
  if (known) return known;
  const { columns, rows, pixels } = image;
  const values = atob(pixels);
  const canvas = document.createElement('canvas');
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d')!;
  const target = context.createImageData(columns, rows);
  for (let at = 0; at < columns * rows; at++) {
    const level = (values.charCodeAt(at) || 0) / 255;
    target.data[4 * at] = 12 + 215 * level ** 2.2;
    target.data[4 * at + 1] = 16 + 150 * level ** 1.8;
    target.data[4 * at + 2] = 38 + 130 * level;
    target.data[4 * at + 3] = 255;
  }
  context.putImageData(target, 0, 0);
  pictures.set(image, canvas);
  return canvas;
}
