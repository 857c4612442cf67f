import { Random } from '../random.js';
import { addAmbience } from './ambience.js';
import { addMusic, type MusicStyle } from './music.js';
import { addSpeech } from './speech.js';
import { SOUND_RATE, toSamples } from './track.js';

/** What the sound of a title is made of; each share 0..1. */
export interface SoundStyle {
  readonly music: number;
  readonly speech: number;
  readonly ambience: number;
  readonly style: MusicStyle;
}

/** The whole sound of a title: music throughout, speech and places that come and go every few seconds. */
export function soundtrack(seed: string, duration: number, style: SoundStyle): Int16Array<ArrayBuffer> {
  const track = new Float32Array(Math.round(duration * SOUND_RATE));
  const random = new Random(`${seed}/sound`);
  if (style.music > 0) addMusic(track, `${seed}/music`, style.style, style.music);
  let part = 0;
  for (let at = 0; at < track.length; part++) {
    const length = Math.floor(random.range(3, 9) * SOUND_RATE);
    if (random.chance(Math.min(1, style.speech * 1.2)))
      addSpeech(track, `${seed}/speech ${part}`, at, length, 0.5 * style.speech * random.range(0.8, 1.2));
    addAmbience(track, `${seed}/place ${part}`, at, length, style.ambience * random.range(0.5, 1.3));
    at += length;
  }
  return toSamples(track);
}
