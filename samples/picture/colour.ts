import type { Random } from '../random.js';

/** A pixel as Canvas stores it; each part 0..255 (clamped). */
export function rgb(red: number, green: number, blue: number): number {
  const byte = (value: number) => Math.max(0, Math.min(255, Math.round(value)));
  return (0xff000000 | (byte(blue) << 16) | (byte(green) << 8) | byte(red)) >>> 0;
}

/** Hue in turns (any number), saturation and lightness 0..1. */
export function hsl(hue: number, saturation: number, lightness: number): number {
  const swing = saturation * Math.min(lightness, 1 - lightness);
  const channel = (shift: number) => {
    const k = (((hue * 12 + shift) % 12) + 12) % 12;
    return 255 * (lightness - swing * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return rgb(channel(0), channel(8), channel(4));
}

/** The colours that the scenes of one title share. */
export interface Look {
  readonly hue: number;
  /** How far hues stray from it, in turns. */
  readonly spread: number;
  readonly saturation: number;
  /** 0 = a night piece, 1 = broad daylight. */
  readonly daylight: number;
  /** Pace of everything that moves; 1 = walking. */
  readonly pace: number;
}

/** A colour of this look, `lightness` 0..1 before the look's own daylight. */
export function colourOf(look: Look, random: Random, lightness: number): number {
  const hue = look.hue + random.range(-look.spread, look.spread);
  const light = Math.max(0.04, Math.min(0.96, lightness * (0.7 + 0.5 * look.daylight)));
  return hsl(hue, look.saturation * random.range(0.6, 1), light);
}

/** 256 colours from dark to light with a few bends in hue, for fields of values 0..255. */
export function rampOf(look: Look, random: Random, dark = 0.06, light = 0.9): Uint32Array {
  const stops = random.int(3, 5);
  const hues = Array.from({ length: stops + 1 }, () => look.hue + random.range(-look.spread, look.spread));
  const ramp = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * stops;
    const stop = Math.min(stops - 1, Math.floor(at));
    const hue = hues[stop]! + (hues[stop + 1]! - hues[stop]!) * (at - stop);
    const level = dark + (light - dark) * (i / 255) * (0.75 + 0.3 * look.daylight);
    ramp[i] = hsl(hue, look.saturation, Math.min(0.97, level));
  }
  return ramp;
}
