import { materialOf } from './catalogue.js';
import type { Channel, Item } from './channels.js';
import { channelSeconds } from './channels.js';
import { type Material, type Screening, screen } from './material.js';
import { Canvas, PICTURES_PER_SECOND } from './picture/canvas.js';
import { paintOverlays } from './picture/overlays.js';
import { transformPicture } from './picture/transform.js';
import { SOUND_RATE } from './sound/track.js';

/** Pictures and sound in the order in which an encoder takes them. */
export interface Reel {
  /** Number of pictures, PICTURES_PER_SECOND a second. */
  readonly pictures: number;
  /** RGBA pixels of picture n; valid until the next call. To be asked for in rising order. */
  picture(n: number): Uint32Array<ArrayBuffer>;
  /** Mono, SOUND_RATE, as long as the pictures. */
  readonly sound: Int16Array<ArrayBuffer>;
}

/** A title as its owner has it. */
export function titleReel(material: Material): Reel {
  const screening = screen(material);
  const canvas = new Canvas();
  return {
    pictures: Math.round(material.duration * PICTURES_PER_SECOND),
    sound: screening.sound,
    picture(n) {
      screening.paint(canvas, n / PICTURES_PER_SECOND);
      return canvas.pixels;
    },
  };
}

/** A channel as its viewers get it: every item transformed, with the channel's overlays. */
export function channelReel(channel: Channel): Reel {
  const screenings = new Map<string, Screening>();
  const screening = (id: string) => {
    const known = screenings.get(id) ?? screen(materialOf(id));
    screenings.set(id, known);
    return known;
  };
  const items = withStarts(channel.items);
  const plain = new Canvas();
  const changed = new Canvas();
  return {
    pictures: Math.round(channelSeconds(channel) * PICTURES_PER_SECOND),
    sound: channelSound(channel, items, screening),
    picture(n) {
      const time = n / PICTURES_PER_SECOND;
      const { item, start } = items.findLast((candidate) => candidate.start <= time + 1e-6)!;
      const [material, from] = item.picture;
      screening(material).paint(plain, from + (time - start) * item.speed);
      const untouched = !item.mirrored && item.crop === 0;
      if (!untouched) transformPicture(plain, changed, item);
      const canvas = untouched ? plain : changed;
      paintOverlays(canvas, channel.overlays, time);
      return canvas.pixels;
    },
  };
}

interface Placed {
  readonly item: Item;
  readonly start: number;
}

function withStarts(items: readonly Item[]): Placed[] {
  let end = 0;
  return items.map((item) => {
    const start = end;
    end += item.length;
    return { item, start };
  });
}

function channelSound(
  channel: Channel,
  items: readonly Placed[],
  screening: (id: string) => Screening,
): Int16Array<ArrayBuffer> {
  const samples = new Int16Array(Math.round(channelSeconds(channel) * SOUND_RATE));
  for (const { item, start } of items) {
    const [material, from] = item.sound;
    const source = screening(material).sound;
    const first = Math.round(start * SOUND_RATE);
    const count = Math.round(item.length * SOUND_RATE);
    for (let n = 0; n < count; n++) {
      // A change of speed changes the pitch with it, as playing a tape faster does.
      const at = from * SOUND_RATE + n * item.speed;
      const whole = Math.floor(at);
      const here = source[whole] ?? 0;
      samples[first + n] = here + ((source[whole + 1] ?? here) - here) * (at - whole);
    }
  }
  return samples;
}
