import { type GenreName, mannerOf } from './genres.js';
import type { Canvas } from './picture/canvas.js';
import { Film } from './picture/film.js';
import { soundtrack } from './sound/soundtrack.js';

/** A made-up programme: its name is the seed of all it shows and plays. */
export interface Material {
  readonly id: string;
  readonly genre: GenreName;
  /** Seconds. */
  readonly duration: number;
}

/** Pictures and sound of a material, ready to be shown from any moment on. */
export interface Screening {
  paint(canvas: Canvas, time: number): void;
  /** Mono samples at SOUND_RATE, the whole length. */
  readonly sound: Int16Array<ArrayBuffer>;
}

export function screen(material: Material): Screening {
  const { look, shots, sound } = mannerOf(material.id, material.genre);
  const film = new Film(material.id, material.duration, look, shots);
  let samples: Int16Array<ArrayBuffer> | null = null;
  return {
    paint: (canvas, time) => film.paint(canvas, time),
    get sound() {
      samples ??= soundtrack(material.id, material.duration, sound);
      return samples;
    },
  };
}
