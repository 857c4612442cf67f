import type { CodecContext, Frame, Packet, Stream } from 'node-av/lib';
import type { Seconds } from '../../../fingerprints/units.js';
import type { DecodeLimits, VideoReport } from '../../protocol.js';
import { Continuity } from '../continuity.js';
import { type Orientation, orientationOf, UPRIGHT } from '../geometry.js';
import { openCodec } from './codec.js';
import { type Library, ratioOf, secondsOf } from './library.js';

export interface VideoTrackOptions {
  readonly limits: DecodeLimits;
  /** Frames that no other frame builds on are left out. */
  readonly referencesOnly: boolean;
  /** Called for every decoded frame, in the order of their times; the frame is valid during the call. */
  readonly output: (frame: Frame, time: Seconds, isKey: boolean) => void;
}

/** Decodes the pictures of one stream. */
export class VideoTrack {
  readonly index: number;
  readonly frames = new Continuity();
  readonly orientation: Orientation;
  /** Width of a pixel by its height, where the container states it. */
  readonly pixelAspect: number | null;
  refused = 0;
  keyFrames = 0;
  /** Frames in which the decoder had to make up for damage. */
  concealed = 0;
  #width: number;
  #height: number;
  #last: Seconds | null = null;
  #smooths = true;
  readonly #context: CodecContext;
  readonly #frame: Frame;
  readonly #frameSeconds: Seconds;

  constructor(
    private readonly library: Library,
    private readonly stream: Stream,
    private readonly options: VideoTrackOptions,
  ) {
    const { K, lib } = library;
    this.index = stream.index;
    this.#width = stream.codecpar.width;
    this.#height = stream.codecpar.height;
    const rate = stream.avgFrameRate;
    this.#frameSeconds = rate.num > 0 && rate.den > 0 ? rate.den / rate.num : 0.04;
    this.pixelAspect = ratioOf(stream.sampleAspectRatio);
    const matrix = stream.codecpar.getCodedSideData(K.AV_PKT_DATA_DISPLAYMATRIX);
    this.orientation = matrix ? orientationOf(matrix) : UPRIGHT;
    this.#context = openCodec(library, stream, (context) => {
      context.setOption('max_pixels', options.limits.maxPixels);
      if (options.referencesOnly) context.setOption('skip_frame', 'noref');
    });
    this.#frame = new lib.Frame();
    this.#frame.alloc();
  }

  /**
   * Whether the edges of blocks are smoothed in what follows. A frame that no other builds on can do without:
   * hardly anything of them is left when it has been scaled down.
   */
  smooth(smooth: boolean): void {
    if (smooth === this.#smooths) return;
    this.#context.setOption('skip_loop_filter', smooth ? 'default' : 'all');
    this.#smooths = smooth;
  }

  /** @param packet null = nothing follows */
  decode(packet: Packet | null): void {
    if (this.#context.sendPacketSync(packet) < 0 && packet) this.refused++;
    while (this.#context.receiveFrameSync(this.#frame) >= 0) {
      this.#take(this.#frame);
      this.#frame.unref();
    }
  }

  close(): void {
    this.#context.freeContext();
    this.#frame.free();
  }

  report(): VideoReport {
    return {
      codec: this.library.lib.avGetCodecName(this.stream.codecpar.codecId) ?? 'unknown',
      width: this.#width,
      height: this.#height,
      pictures: this.frames.count,
    };
  }

  #take(frame: Frame): void {
    if (frame.width * frame.height > this.options.limits.maxPixels) {
      this.refused++;
      return;
    }
    const stamped = secondsOf(frame.bestEffortTimestamp, this.stream.timeBase);
    const time = stamped ?? (this.#last === null ? 0 : this.#last + this.#frameSeconds);
    const isKey = frame.keyFrame === 1;
    this.#width = frame.width;
    this.#height = frame.height;
    this.#last = time;
    if (isKey) this.keyFrames++;
    if (frame.decodeErrorFlags !== 0 || frame.hasFlags(this.library.K.AV_FRAME_FLAG_CORRUPT))
      this.concealed++;
    this.frames.add(time, secondsOf(frame.duration, this.stream.timeBase) || this.#frameSeconds);
    this.options.output(frame, time, isKey);
  }
}
