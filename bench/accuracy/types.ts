/** bench/accuracy/types.ts — the agreement between who makes the material and who judges it. */
export type Split = 'tune' | 'judge';
export type Modality = 'both' | 'video' | 'audio';

/** A work of the catalogue: a real clip or a composed one. */
export interface Title {
  readonly id: string;
  readonly file: string;
  readonly duration: number;
  readonly hasVideo: boolean;
  readonly hasAudio: boolean;
  /** Source media it draws on (files' names): two titles that share one share content. */
  readonly sources: readonly string[];
  readonly split: Split;
}

/** An attack: what a pirate (or bad luck) does to a title. */
export interface Attack {
  readonly name: string;
  /** For which modalities it is judged: a picture attack for video and both, a sound attack for audio and both. */
  readonly judged: readonly Modality[];
  /** Which side of the target table it belongs to, free text. */
  readonly group: string;
  /** How much faster than the reference it plays. */
  readonly speed: number;
  readonly mirrored: boolean;
}

/** A title, attacked, from `titleStart` on: one MPEG-TS (or MP4) file, cached. */
export interface Rendering {
  readonly title: Title;
  readonly attack: Attack;
  readonly file: string;
  /** Reference time shown at stream time 0 of the file, s: reference = titleStart + speed × stream. */
  readonly titleStart: number;
  /** s of stream. */
  readonly duration: number;
}

/** A piece of a rendering, cut at a key frame by stream copy. */
export interface Clip {
  readonly rendering: Rendering;
  readonly file: string;
  /** Where it begins and how long it is, in stream time of the rendering, s. */
  readonly start: number;
  readonly length: number;
}
