import type { Frame } from 'node-av/lib';
import type { Seconds } from '../../../fingerprints/units.js';
import type { DecodeRequest, DecodeSink } from '../decoder.js';
import { DensePicker, EVEN, EveryPicker, type Picker, SparsePicker } from '../pick.js';
import type { Library } from './library.js';
import type { Scaler, Shape } from './scaler.js';

/** Takes decoded frames in the order of their times, and passes those on that were asked for. */
export interface PictureOutput {
  frame(frame: Frame, time: Seconds, isKey: boolean): void;
  /** No frame follows. */
  finish(): void;
  close(): void;
  /** The moment that a still is needed of next; null = none. */
  readonly wanted: Seconds | null;
}

export function pictureOutput(
  library: Library,
  scaler: Scaler,
  request: DecodeRequest,
  sink: DecodeSink,
  shape: Shape,
): PictureOutput {
  const still = (frame: Frame, time: Seconds) => {
    const picture = scaler.scale(frame, 3, shape);
    if (picture) sink.still(picture.pixels, picture.width, picture.height, time);
  };
  if (request.pictures === 'at') return new MomentsOutput(library, request.times, still);
  const grey = (frame: Frame, time: Seconds) => {
    const picture = scaler.scale(frame, 1, shape);
    if (picture) sink.picture(picture.pixels, picture.width, picture.height, time);
  };
  const picker = request.pictures === 'dense' ? new DensePicker() : new SparsePicker();
  return new PickedOutput(picker, grey, new EveryPicker(request.stillEvery), still);
}

type Pass = (frame: Frame, time: Seconds) => void;

class PickedOutput implements PictureOutput {
  readonly wanted = null;

  constructor(
    private readonly picker: Picker,
    private readonly grey: Pass,
    private readonly stillPicker: Picker,
    private readonly still: Pass,
  ) {}

  frame(frame: Frame, time: Seconds, isKey: boolean): void {
    if (!this.picker.takes(time, isKey)) return;
    this.grey(frame, time);
    if (this.stillPicker.takes(time, isKey)) this.still(frame, time);
  }

  finish(): void {}

  close(): void {}
}

/** The frame that is shown at each moment: the last one before it. */
class MomentsOutput implements PictureOutput {
  #pending: Seconds[];
  readonly #shown: Frame;
  #shownAt: Seconds | null = null;

  constructor(
    library: Library,
    times: readonly Seconds[],
    private readonly still: Pass,
  ) {
    this.#pending = [...times];
    this.#shown = new library.lib.Frame();
    this.#shown.alloc();
  }

  get wanted(): Seconds | null {
    return this.#pending[0] ?? null;
  }

  frame(frame: Frame, time: Seconds): void {
    if (this.#serve(time)) this.still(frame, time);
    this.#shown.unref();
    if (this.#shown.ref(frame) >= 0) this.#shownAt = time;
  }

  finish(): void {
    if (this.#pending.length > 0) this.#serve(Number.POSITIVE_INFINITY);
    this.#pending = [];
  }

  close(): void {
    this.#shown.free();
  }

  /** Serves the moments before `time` from what is shown. @returns true when there was nothing yet */
  #serve(time: Seconds): boolean {
    const due = this.#pending.filter((t) => t < time - EVEN);
    if (due.length === 0) return false;
    this.#pending = this.#pending.slice(due.length);
    if (this.#shownAt === null) return true;
    this.still(this.#shown, this.#shownAt);
    return false;
  }
}
