import { colourOf, hsl } from '../colour.js';
import { backdrop } from './backdrop.js';
import type { SceneMaker } from './scene.js';

/** Someone talks to the camera: head, shoulders, moving arms and mouth, before a studio wall with a screen. */
export const presenter: SceneMaker = (random, look) => {
  const behind = backdrop(random, look, random.int(3, 6));
  const screen = backdrop(random, { ...look, hue: look.hue + 0.4 }, random.int(6, 10));
  const x = random.range(90, 230);
  const scale = random.range(0.8, 1.5);
  const skin = hsl(random.range(0.04, 0.09), random.range(0.3, 0.6), random.range(0.3, 0.75));
  const hair = hsl(random.range(0, 0.12), 0.5, random.range(0.06, 0.5));
  const jacket = colourOf(look, random, random.range(0.15, 0.7));
  const table = colourOf(look, random, random.range(0.2, 0.5));
  const rates = [random.range(0.7, 1.6), random.range(1.1, 2.7), random.range(9, 15)] as const;
  const screenLeft = x > 160 ? random.range(8, 40) : random.range(180, 210);
  const screenTop = random.range(8, 40);
  return {
    paint(canvas, time) {
      screen.paint(canvas, time);
      const { pixels, width } = canvas;
      const inset = Array.from({ length: 70 }, (_, y) =>
        pixels.slice((y + 40) * width + 60, (y + 40) * width + 164),
      );
      behind.paint(canvas, time * 0.3);
      canvas.rectangle(screenLeft - 4, screenTop - 4, 112, 78, table);
      inset.forEach((line, y) => {
        pixels.set(line, (Math.floor(screenTop) + y) * width + Math.floor(screenLeft));
      });
      const sway = 7 * Math.sin(rates[0] * time) + 3 * Math.sin(rates[1] * time + 1);
      const nod = 3 * Math.sin(rates[1] * time);
      const head = { x: x + sway, y: 78 - 14 * scale + nod };
      canvas.disc(x + sway * 0.5, 185, 62 * scale, jacket);
      canvas.rectangle(head.x - 8 * scale, head.y + 14 * scale, 16 * scale, 22 * scale, skin);
      canvas.disc(head.x, head.y - 5 * scale, 26 * scale, hair);
      canvas.disc(head.x, head.y + 2 * scale, 22 * scale, skin);
      for (const side of [-1, 1])
        canvas.disc(head.x + side * 8 * scale, head.y - 2 * scale, 2.6 * scale, 0xff181818);
      const open = 1.5 + 3 * Math.abs(Math.sin(rates[2] * time) * Math.sin(1.7 * time));
      canvas.rectangle(head.x - 7 * scale, head.y + 11 * scale, 14 * scale, open * scale, 0xff202060);
      for (const side of [-1, 1]) {
        const lift = 18 * Math.sin(rates[1] * time + side);
        canvas.disc(x + side * 58 * scale + lift * 0.4, 138 + lift, 9 * scale, skin);
      }
      canvas.rectangle(0, 164, width, 16, table);
    },
  };
};
