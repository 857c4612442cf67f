import type { Look } from './picture/colour.js';
import type { SceneKind } from './picture/scenes/index.js';
import { Random } from './random.js';
import type { SoundStyle } from './sound/soundtrack.js';

/** What programmes of one sort have in common: kinds of shots (a kind named twice comes twice as often) and sound. */
interface Genre {
  readonly shots: readonly SceneKind[];
  readonly daylight: readonly [number, number];
  readonly pace: readonly [number, number];
  readonly music: number;
  readonly speech: number;
  readonly ambience: number;
  readonly tempo: readonly [number, number];
  readonly percussion: number;
  readonly liveliness: number;
}

const GENRES = {
  drama: {
    shots: ['city', 'landscape', 'presenter', 'presenter', 'particles', 'card', 'plasma'],
    daylight: [0.1, 0.5],
    pace: [0.6, 1],
    music: 0.45,
    speech: 0.9,
    ambience: 0.35,
    tempo: [60, 84],
    percussion: 0.1,
    liveliness: 0.25,
  },
  action: {
    shots: ['tunnel', 'city', 'solid', 'particles', 'plasma', 'landscape', 'city'],
    daylight: [0.2, 0.7],
    pace: [1.3, 2],
    music: 0.9,
    speech: 0.4,
    ambience: 0.5,
    tempo: [118, 150],
    percussion: 0.9,
    liveliness: 0.8,
  },
  nature: {
    shots: ['landscape', 'landscape', 'plasma', 'particles', 'landscape', 'card'],
    daylight: [0.6, 1],
    pace: [0.5, 0.9],
    music: 0.5,
    speech: 0.6,
    ambience: 0.7,
    tempo: [66, 90],
    percussion: 0.05,
    liveliness: 0.35,
  },
  music: {
    shots: ['mosaic', 'tunnel', 'particles', 'solid', 'plasma', 'mosaic', 'card'],
    daylight: [0.3, 0.9],
    pace: [1, 1.7],
    music: 1,
    speech: 0,
    ambience: 0.05,
    tempo: [96, 138],
    percussion: 0.7,
    liveliness: 0.7,
  },
  talk: {
    shots: ['presenter', 'presenter', 'presenter', 'city', 'card', 'mosaic'],
    daylight: [0.5, 0.9],
    pace: [0.7, 1.1],
    music: 0.15,
    speech: 1,
    ambience: 0.25,
    tempo: [80, 110],
    percussion: 0.1,
    liveliness: 0.5,
  },
  advert: {
    shots: ['card', 'solid', 'mosaic', 'particles', 'presenter', 'card'],
    daylight: [0.7, 1],
    pace: [1.2, 2],
    music: 0.9,
    speech: 0.8,
    ambience: 0.1,
    tempo: [110, 140],
    percussion: 0.6,
    liveliness: 0.8,
  },
} as const satisfies Record<string, Genre>;

export type GenreName = keyof typeof GENRES;

export interface Manner {
  readonly look: Look;
  readonly shots: readonly SceneKind[];
  readonly sound: SoundStyle;
}

/** How one programme of a genre looks and sounds: its own colours, pace, tempo and mix. */
export function mannerOf(seed: string, name: GenreName): Manner {
  const random = new Random(`${seed}/manner`);
  const genre = GENRES[name];
  const within = ([low, high]: readonly [number, number]) => random.range(low, high);
  return {
    look: {
      hue: random.next(),
      spread: random.range(0.08, 0.25),
      saturation: random.range(0.3, 0.75),
      daylight: within(genre.daylight),
      pace: within(genre.pace),
    },
    shots: genre.shots,
    sound: {
      music: genre.music * random.range(0.85, 1.15),
      speech: genre.speech,
      ambience: genre.ambience * random.range(0.7, 1.3),
      style: {
        tempo: within(genre.tempo),
        percussion: genre.percussion,
        liveliness: genre.liveliness,
      },
    },
  };
}
