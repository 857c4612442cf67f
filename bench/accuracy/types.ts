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

/** Where a title shows in a stream. */
export interface Appearance {
  readonly title: Title;
  readonly attack: Attack;
  /** Stream time, s. */
  readonly start: number;
  readonly end: number;
  /** Reference time at `start`, s: reference = titleStart + speed × (stream − start). */
  readonly titleStart: number;
}

/** A long stream of clips of one split's titles, cut into content that is in no title of that split. */
export interface Programme {
  readonly file: string;
  /** s */
  readonly duration: number;
  readonly appearances: readonly Appearance[];
}

/** A stream in which nothing of a catalogue of the other split shows. Made when asked for, then kept. */
export interface Negative {
  readonly name: string;
  /** What kind of content, free text: `film under attack`, `black`, `speech` … */
  readonly kind: string;
  /** s of stream, before it is made as it is planned. */
  readonly seconds: number;
  /** Source media behind it; the seconds of one source may be in several negatives under different attacks. */
  readonly sources: readonly string[];
  file(): Promise<string>;
}

/** A title and a stream of another work that share a part of their content. */
export interface SharedContent {
  readonly name: string;
  /** In words: what is to be found, and what not. */
  readonly expected: string;
  /** To be registered, beside the rest of the catalogue. */
  readonly title: Title;
  /** Reference times of `title` that belong to nobody: an ident, a jingle, stock footage. */
  readonly excluded: readonly (readonly [start: number, end: number])[];
  readonly file: string;
  /** s */
  readonly duration: number;
  /** What of the title shows in the stream, excluded intervals included. */
  readonly appearances: readonly Appearance[];
}

/** All that the media of some folders give. Everything is made when asked for, and kept in the folder for temporary files. */
export interface Material {
  readonly titles: readonly Title[];
  /** The modalities in which an attack on a title is judged; none where it does not apply. */
  judged(title: Title, attack: Attack): readonly Modality[];
  /** At most 75 s of a title, attacked. Throws with title, attack and ffmpeg's message. */
  render(title: Title, attack: Attack, seed: number): Promise<Rendering>;
  /** Windows at random, on key frames; none when the rendering is shorter than `length`. */
  clips(rendering: Rendering, length: number, count: number, seed: number): Promise<readonly Clip[]>;
  programme(split: Split, minutes: number, seed: number): Promise<Programme>;
  /** Streams made from this split's media. */
  negatives(split: Split, seed: number): readonly Negative[];
  sharedContent(split: Split, seed: number): Promise<readonly SharedContent[]>;
}
