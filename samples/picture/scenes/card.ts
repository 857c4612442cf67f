import { textWidth } from '../canvas.js';
import { colourOf } from '../colour.js';
import { backdrop } from './backdrop.js';
import type { SceneMaker } from './scene.js';

const WORDS =
  'HARBOUR SIGNAL NORTH WINTER RIVER COPPER LANTERN MARKET ORCHARD STATION BRIDGE VALLEY MERIDIAN ECHO GLASS FERRY SUMMIT MIDNIGHT GARDEN ATLAS'.split(
    ' ',
  );

/** A card of text: big words that come in one after another over a dark, moving backdrop. */
export const card: SceneMaker = (random, look) => {
  const behind = backdrop(random, { ...look, daylight: look.daylight * 0.4 });
  const bars = Array.from({ length: random.int(1, 3) }, () => ({
    y: random.range(0, 160),
    height: random.range(8, 40),
    speed: random.range(-30, 30),
    colour: colourOf(look, random, random.range(0.1, 0.5)),
  }));
  const lines = Array.from({ length: random.int(2, 4) }, (_, index) => {
    const words = `${random.pick(WORDS)} ${random.chance(0.5) ? random.pick(WORDS) : ''}`.trim();
    const size = Math.min(random.int(2, 5), Math.floor(250 / textWidth(words, 1)) || 1);
    return { words, size, y: 18 + index * 42, x: random.range(10, 60), from: index * random.range(0.2, 0.6) };
  });
  const ink = colourOf(look, random, 0.95);
  return {
    paint(canvas, time) {
      behind.paint(canvas, time);
      for (const bar of bars)
        canvas.rectangle(0, bar.y + bar.speed * Math.sin(time), canvas.width, bar.height, bar.colour);
      for (const line of lines) {
        const shown = Math.max(0, Math.floor((time - line.from) * 14));
        const x = line.x + time * 5;
        canvas.text(line.words.slice(0, shown), x + line.size, line.y + line.size, line.size, 0xff101010);
        canvas.text(line.words.slice(0, shown), x, line.y, line.size, ink);
      }
    },
  };
};
