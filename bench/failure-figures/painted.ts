import { screen } from '../../samples/material.js';
import { Canvas } from '../../samples/picture/canvas.js';
import { rgb } from '../../samples/picture/colour.js';
import { Random } from '../../samples/random.js';

const WIDTH = 1280;
const HEIGHT = 720;

/** A picture, and another one of its kind. */
export interface Painted {
  readonly name: string;
  readonly canvas: Canvas;
  readonly another: Canvas;
}

/** What is drawn: an ordinary picture, and look-alikes of pictures that are not found. */
export function paintings(): readonly Painted[] {
  return [
    { name: 'a scene of a film', canvas: scene(7), another: scene(32) },
    { name: 'stripes', canvas: stripes(1), another: stripes(2) },
    { name: 'a soft gradient', canvas: gradient(1), another: gradient(2) },
  ];
}

/** What one of the samples' films shows at some second. */
function scene(time: number): Canvas {
  const canvas = new Canvas();
  screen({ id: 'harbour-lights', genre: 'drama', duration: 60 }).paint(canvas, time);
  return canvas;
}

/** Grey stripes from top to bottom, as of a bar code, darker towards the corners. */
function stripes(seed: number): Canvas {
  const random = new Random(`stripes ${seed}`);
  const shades: number[] = [];
  while (shades.length < WIDTH) {
    const shade = random.range(70, 165);
    for (let i = random.int(14, 44); i > 0; i--) shades.push(shade);
  }
  return painted((u, v) => {
    const light = shades[Math.floor(u * WIDTH)]! * (1 - 1.4 * ((u - 0.5) ** 2 + (v - 0.5) ** 2));
    return [light, light, light];
  });
}

/** Soft clouds of colour that fade into the dark at the bottom. */
function gradient(seed: number): Canvas {
  const random = new Random(`gradient ${seed}`);
  const clouds = Array.from({ length: 7 }, (_, n) => ({
    u: (n + random.range(0, 1)) / 7,
    v: random.range(-0.1, 0.6),
    length: random.range(0.2, 0.4),
    breadth: random.range(0.1, 0.18),
    colour: [random.range(25, 120), random.range(65, 160), random.range(15, 110)] as const,
  }));
  return painted((u, v) => {
    const dark = 1 / (1 + Math.exp(10 * (v - 0.6)));
    const sum: [number, number, number] = [4, 8, 10];
    for (const { u: x, v: y, length, breadth, colour } of clouds) {
      const along = (u - x + 0.35 * (y - v)) / length;
      const aside = (v - y + 0.35 * (u - x)) / breadth;
      const light = dark * Math.exp(-(along ** 2) - aside ** 2);
      for (let i = 0; i < 3; i++) sum[i]! += colour[i]! * light;
    }
    return sum;
  });
}

/** @param colourAt of each point, which lie in 0..1 across and down: red, green, blue */
function painted(colourAt: (u: number, v: number) => readonly [number, number, number]): Canvas {
  const canvas = new Canvas(WIDTH, HEIGHT);
  for (let y = 0, at = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++, at++)
      canvas.pixels[at] = rgb(...colourAt((x + 0.5) / WIDTH, (y + 0.5) / HEIGHT));
  return canvas;
}
