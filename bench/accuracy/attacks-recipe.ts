import type { Graph } from './render-graph.js';
import type { Attack, Modality } from './types.js';

/** One thing that is done to pictures and sound. */
export type Step = (graph: Graph) => void | Promise<void>;

/** An attack with how it is made. */
export interface Recipe extends Attack {
  /** What it does, with its parameters. */
  readonly about: string;
  /** In this order. */
  readonly steps: readonly Step[];
  readonly encoding: Encoding;
  /** What a title must have for the attack to mean something. */
  readonly needs: readonly ('pictures' | 'sound')[];
}

export interface Encoding {
  /** Largest width and height, pixels. */
  readonly largest: number;
  /** x264's arguments for quality. */
  readonly quality: readonly string[];
  /** AAC's kbit/s and channels. */
  readonly soundRate: number;
  readonly channels: 1 | 2;
  /** Share of the encoded file's TS packets that are lost, in bursts. */
  readonly loss: number;
}

/** What an attack uses that is not about encoding. */
export const ENCODING: Encoding = {
  largest: 640,
  quality: ['-crf', '25'],
  soundRate: 64,
  channels: 2,
  loss: 0,
};

const ALL: readonly Modality[] = ['video', 'audio', 'both'];

interface Options {
  readonly judged?: readonly Modality[];
  readonly needs?: Recipe['needs'];
  readonly speed?: number;
  readonly mirrored?: boolean;
  readonly encoding?: Partial<Encoding> | undefined;
}

/** An attack on all there is. */
export function recipe(
  name: string,
  group: string,
  about: string,
  steps: readonly Step[],
  options: Options = {},
): Recipe {
  return {
    name,
    group,
    about,
    steps,
    judged: options.judged ?? ALL,
    needs: options.needs ?? [],
    speed: options.speed ?? 1,
    mirrored: options.mirrored ?? false,
    encoding: options.encoding ? { ...ENCODING, ...options.encoding } : ENCODING,
  };
}

/** An attack on the pictures: judged by them, and by both. */
export function onPictures(
  name: string,
  group: string,
  about: string,
  step: Step,
  options: Options = {},
): Recipe {
  return recipe(name, group, about, [ofPictures(step)], {
    judged: ['video', 'both'],
    needs: ['pictures'],
    ...options,
  });
}

/** An attack on the sound: judged by it, and by both. */
export function onSound(
  name: string,
  group: string,
  about: string,
  step: Step,
  options: Options = {},
): Recipe {
  return recipe(name, group, about, [ofSound(step)], {
    judged: ['audio', 'both'],
    needs: ['sound'],
    ...options,
  });
}

/** A step that is left out where there are no pictures. */
export function ofPictures(step: Step): Step {
  return (graph) => (graph.hasPicture ? step(graph) : undefined);
}

/** A step that is left out where there is no sound. */
export function ofSound(step: Step): Step {
  return (graph) => (graph.hasSound ? step(graph) : undefined);
}
