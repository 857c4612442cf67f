import type { Random } from '../../samples/random.js';
import type { Facts } from './titles-inventory.js';
import type { Title } from './types.js';

/** The sound is worked on at this rate, Hz. */
export const HERTZ = 48_000;

/** Where attacks take other content from. All of it belongs to one split. */
export interface Company {
  /** Films. May be empty. */
  readonly films: readonly { readonly file: string; readonly duration: number }[];
  readonly music: readonly { readonly file: string; readonly duration: number }[];
  readonly voices: readonly { readonly file: string; readonly duration: number }[];
}

/**
 * An ffmpeg filter graph in the making: the title's pictures and sound as they are so far, and what is laid
 * over them. Attacks are functions of it, so they can be chained.
 */
export class Graph {
  /** Arguments that open the inputs, the title's file first. */
  readonly inputs: string[] = [];
  /** Size of the picture so far, even. */
  width: number;
  height: number;
  /** Pictures a second of the output. */
  rate: number;
  #opened = 0;
  #labels = 0;
  readonly #chains: string[] = [];
  #picture: string | null;
  #sound: string | null;

  /** `start` in reference time, `seconds` of output; the title is played `speed` times as fast. */
  constructor(
    readonly title: Title,
    facts: Facts,
    readonly start: number,
    readonly seconds: number,
    readonly speed: number,
    readonly random: Random,
    readonly company: Company,
    largest: number,
  ) {
    const scale = Math.min(1, largest / Math.max(facts.width, facts.height, 1));
    this.width = even(facts.width * scale);
    this.height = even(facts.height * scale);
    const [a = 25, b = 1] = facts.rate.split('/').map(Number);
    this.rate = a / b;
    this.open(['-i', title.file]);
    const from = start.toFixed(4);
    const trim = `start=${from}:duration=${(seconds * speed + 0.2).toFixed(4)}`;
    this.#picture = title.hasVideo
      ? this.chain(
          '0:v:0',
          // The picture that is being shown at `start` fills the time up to the next.
          `trim=${trim},setpts=PTS-${from}/TB,fps=${facts.rate}:start_time=0,` +
            `scale=${this.width}:${this.height},setsar=1,format=yuv420p`,
        )
      : null;
    this.#sound = title.hasAudio
      ? this.chain(
          '0:a:0',
          `aresample=${HERTZ}:async=1,aformat=sample_fmts=fltp:channel_layouts=stereo,atrim=${trim},` +
            `asetpts=PTS-${from}/TB,aresample=async=1:first_pts=0,apad=whole_dur=${(seconds * speed).toFixed(3)}`,
        )
      : null;
  }

  get hasPicture(): boolean {
    return this.#picture !== null;
  }

  get hasSound(): boolean {
    return this.#sound !== null;
  }

  /** Opens an input; gives its number. */
  open(args: readonly string[]): number {
    this.inputs.push(...args);
    return this.#opened++;
  }

  /** Sends what comes from a label through filters; gives the label of what comes out. */
  chain(from: string, filters: string): string {
    const to = `l${this.#labels++}`;
    this.#chains.push(`${from ? `[${from}]` : ''}${filters}[${to}]`);
    return to;
  }

  /** The picture through filters. */
  filterPicture(filters: string): void {
    if (this.#picture !== null) this.#picture = this.chain(this.#picture, filters);
  }

  /** The sound through filters. */
  filterSound(filters: string): void {
    if (this.#sound !== null) this.#sound = this.chain(this.#sound, filters);
  }

  /** The picture through filters that change its size. */
  resize(width: number, height: number, filters: (width: number, height: number) => string): void {
    this.width = even(width);
    this.height = even(height);
    this.filterPicture(filters(this.width, this.height));
  }

  /** This picture over another one, which then gives the size. */
  layOver(label: string, width: number, height: number, x: number, y: number): void {
    if (this.#picture === null) return;
    this.#picture = this.chain(`${label}][${this.#picture}`, `overlay=x=${x}:y=${y}:shortest=1`);
    this.width = width;
    this.height = height;
  }

  /** Other sound in place of this. */
  replaceSound(label: string): void {
    if (this.#sound !== null) this.#chains.push(`[${this.#sound}]anullsink`);
    this.#sound = label;
  }

  /** A filter of two pictures: this one and another. */
  combinePicture(label: string, filter: string): void {
    if (this.#picture !== null) this.#picture = this.chain(`${this.#picture}][${label}`, filter);
  }

  /** A filter of two sounds: this one and another. */
  combineSound(label: string, filter: string): void {
    if (this.#sound !== null) this.#sound = this.chain(`${this.#sound}][${label}`, filter);
  }

  /** The arguments from the inputs to the maps. */
  args(): string[] {
    this.filterPicture(`fps=${this.rate.toFixed(5)}:start_time=0,setsar=1,format=yuv420p`);
    this.filterSound(`aresample=${HERTZ}:async=1:first_pts=0,apad=whole_dur=${this.seconds.toFixed(3)}`);
    return [
      ...this.inputs,
      ...['-filter_complex', this.#chains.join(';')],
      ...(this.#picture === null ? [] : ['-map', `[${this.#picture}]`]),
      ...(this.#sound === null ? [] : ['-map', `[${this.#sound}]`]),
      ...['-t', this.seconds.toFixed(3)],
    ];
  }
}

export function even(pixels: number): number {
  return Math.max(2, 2 * Math.round(pixels / 2));
}
