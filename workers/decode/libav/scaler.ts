import type { Frame, SoftwareScaleContext } from 'node-av/lib';
import { beforeTurn, displaySize, type Orientation, orient, type Size } from '../geometry.js';
import { type Library, ratioOf } from './library.js';

const MAX_CONTEXTS = 8;

interface Scaling {
  readonly context: SoftwareScaleContext;
  readonly target: Frame;
  readonly scaled: Size;
}

/** What turns a frame of a stream into an upright picture. */
export interface Shape {
  readonly orientation: Orientation;
  /** Width of a pixel by its height; null = as the frame states. */
  readonly pixelAspect: number | null;
}

export interface ScaledPicture extends Size {
  /** Valid until the next call. */
  readonly pixels: Uint8Array;
}

/**
 * Makes small upright pictures of decoded frames. Lives as long as its thread, because setting up a scaling
 * costs as much as scaling a few pictures.
 */
export class Scaler {
  readonly #scalings = new Map<string, Scaling>();
  #pixels = new Uint8Array(0);

  constructor(private readonly library: Library) {}

  /**
   * @param channels 1 = luma, 3 = RGB; both full range
   * @returns null when the library cannot scale such a frame
   */
  scale(frame: Frame, channels: 1 | 3, shape: Shape): ScaledPicture | null {
    const { orientation } = shape;
    const aspect = shape.pixelAspect ?? ratioOf(frame.sampleAspectRatio) ?? 1;
    const size = displaySize(frame, aspect, orientation);
    const scaling = this.#scaling(frame, channels, beforeTurn(size, orientation));
    if (!scaling) return null;
    const { context, target, scaled } = scaling;
    if (context.scaleFrameSync(target, frame) < 0) return null;
    const bytes = size.width * size.height * channels;
    if (this.#pixels.length < bytes) this.#pixels = new Uint8Array(bytes);
    const plane = target.data?.[0] as Buffer;
    orient(plane, target.linesize[0] as number, scaled, channels, orientation, this.#pixels);
    return { ...size, pixels: this.#pixels.subarray(0, bytes) };
  }

  #scaling(frame: Frame, channels: 1 | 3, scaled: Size): Scaling | null {
    const full = frame.colorRange === this.library.K.AVCOL_RANGE_JPEG;
    const key = [frame.width, frame.height, frame.format, full, channels, scaled.width, scaled.height].join();
    const known = this.#scalings.get(key);
    if (known) return known;
    if (this.#scalings.size >= MAX_CONTEXTS) this.#forgetOldest();
    const scaling = this.#newScaling(frame, channels, scaled, full);
    if (scaling) this.#scalings.set(key, scaling);
    return scaling;
  }

  #newScaling(frame: Frame, channels: 1 | 3, scaled: Size, full: boolean): Scaling | null {
    const { lib, K } = this.library;
    const format = channels === 1 ? K.AV_PIX_FMT_GRAY8 : K.AV_PIX_FMT_RGB24;
    const context = new lib.SoftwareScaleContext();
    context.allocContext();
    const options = {
      ...{ srcw: frame.width, srch: frame.height, src_format: frame.format as number },
      ...{ dstw: scaled.width, dsth: scaled.height, dst_format: format as number },
      ...{ src_range: full ? 1 : 0, dst_range: 1 },
    };
    for (const [name, value] of Object.entries(options)) context.setOption(name, value);
    context.setOption('sws_flags', 'area');
    const status = context.initContext();
    const target = new lib.Frame();
    target.alloc();
    target.format = format;
    target.width = scaled.width;
    target.height = scaled.height;
    if (status < 0 || target.getBuffer() < 0) {
      context.freeContext();
      target.free();
      return null;
    }
    return { context, target, scaled };
  }

  #forgetOldest(): void {
    const [key, oldest] = this.#scalings.entries().next().value as [string, Scaling];
    oldest.context.freeContext();
    oldest.target.free();
    this.#scalings.delete(key);
  }
}
