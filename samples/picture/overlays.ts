import { type Canvas, textWidth } from './canvas.js';

/** What a pirate channel puts over the pictures of others. */
export interface Overlays {
  /** Name in a corner. */
  readonly logo: string | null;
  /** Text that runs along the bottom. */
  readonly ticker: string | null;
  /** A running clock in the other corner. */
  readonly clock: boolean;
}

const WHITE = 0xfff4f4f4;
const RED = 0xff2a1fc8;
const NAVY = 0xff5a2a12;

export function paintOverlays(canvas: Canvas, overlays: Overlays, time: number): void {
  if (overlays.logo !== null) {
    const width = textWidth(overlays.logo, 2);
    canvas.rectangle(canvas.width - width - 20, 10, width + 10, 22, RED);
    canvas.text(overlays.logo, canvas.width - width - 15, 14, 2, WHITE);
  }
  if (overlays.ticker !== null) {
    const top = canvas.height - 17;
    canvas.rectangle(0, top, canvas.width, 14, NAVY);
    const length = textWidth(overlays.ticker, 1) + 60;
    for (let x = -((time * 45) % length); x < canvas.width; x += length)
      canvas.text(overlays.ticker, Math.round(x), top + 4, 1, WHITE);
  }
  if (overlays.clock) {
    const seconds = Math.floor(time) + 20 * 3600 + 17 * 60;
    const two = (value: number) => String(value % 60).padStart(2, '0');
    const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60))}:${two(seconds)}`;
    canvas.rectangle(8, 10, textWidth(text, 1) + 8, 13, NAVY);
    canvas.text(text, 12, 13, 1, WHITE);
  }
}
