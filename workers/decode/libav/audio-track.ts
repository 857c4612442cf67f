import type { CodecContext, Frame, Packet, SoftwareResampleContext, Stream } from 'node-av/lib';
import { SAMPLE_RATE, type Seconds } from '../../../fingerprints/units.js';
import type { AudioReport } from '../../protocol.js';
import { languageOf } from '../selection.js';
import { DRIFT, type SoundLine } from '../sound-line.js';
import { openCodec } from './codec.js';
import { type Library, secondsOf } from './library.js';

/** Decoded sound is gathered in the resampler, and fetched when so much of it is there. */
const FETCH_SECONDS: Seconds = 1;

/** Decodes one sound track to mono at 8 kHz, placed by its time stamps. */
export class AudioTrack {
  /** Packets and frames that the decoder or the resampler refused. */
  refused = 0;
  readonly index: number;
  readonly #library: Library;
  readonly #stream: Stream;
  /** Asking the bindings for it costs more than all else a frame does here. */
  readonly #unit: Stream['timeBase'];
  /** Statuses that are asked for with every frame: a look-up among all constants of the library costs more. */
  readonly #wantsReceive: number;
  readonly #inputChanged: number;
  readonly #context: CodecContext;
  readonly #frame: Frame;
  readonly #out: Frame;
  #resampler: SoftwareResampleContext | null = null;
  /** Samples a second of what the resampler takes. */
  #rate = 1;
  /** The frames do not say which channels they have. */
  #unnamed = false;
  /** Time of the next sample that the resampler gives. */
  #outTime: Seconds = 0;
  /** Time of the next sample that is decoded, counted from where the resampler was set up. */
  #inTime: Seconds = 0;
  #waiting: Seconds = 0;
  #sampleRate = 0;
  #channels = 0;

  constructor(
    library: Library,
    stream: Stream,
    private readonly output: SoundLine,
  ) {
    this.index = stream.index;
    this.#library = library;
    this.#stream = stream;
    this.#unit = stream.timeBase;
    this.#wantsReceive = library.K.AVERROR_EAGAIN;
    this.#inputChanged = library.K.AVERROR_INPUT_CHANGED;
    this.#context = openCodec(library, stream, () => undefined);
    this.#frame = new library.lib.Frame();
    this.#frame.alloc();
    this.#out = new library.lib.Frame();
    this.#out.alloc();
  }

  decode(packet: Packet | null): void {
    let status = this.#context.sendPacketSync(packet);
    if (status === this.#wantsReceive) {
      this.#receiveAll();
      status = this.#context.sendPacketSync(packet);
    }
    if (status < 0 && packet) this.refused++;
    // A packet holds one frame, nearly always: to ask for another costs as much as all else here.
    if (packet) this.#receive();
    else this.#receiveAll();
  }

  finish(): void {
    this.decode(null);
    this.#flush();
  }

  close(): void {
    this.#dropResampler();
    this.#context.freeContext();
    this.#frame.free();
    this.#out.free();
  }

  /** Time of the next sample to be decoded; null = none was yet. */
  get reached(): Seconds | null {
    return this.#resampler ? this.#inTime : null;
  }

  /** Where the sound ends that was passed on. */
  get end(): Seconds | null {
    return this.output.end;
  }

  report(): AudioReport {
    const { codecpar, metadata } = this.#stream;
    return {
      codec: this.#library.lib.avGetCodecName(codecpar.codecId) ?? 'unknown',
      sampleRate: this.#sampleRate || codecpar.sampleRate,
      channels: this.#channels || codecpar.channels,
      language: languageOf(metadata?.get('language')),
      seconds: this.output.seconds,
    };
  }

  #receiveAll(): void {
    while (this.#receive());
  }

  /** @returns false = there is none yet */
  #receive(): boolean {
    if (this.#context.receiveFrameSync(this.#frame) < 0) return false;
    try {
      this.#take(this.#frame);
    } catch {
      // A damaged header can give a frame that cannot be resampled: the rest of the track still can.
      this.refused++;
      this.#dropResampler();
    }
    return true;
  }

  #take(frame: Frame): void {
    const { nbSamples } = frame;
    if (nbSamples <= 0) return;
    const time = secondsOf(frame.bestEffortTimestamp, this.#unit) ?? this.#inTime;
    if (this.#resampler && Math.abs(time - this.#inTime) > DRIFT) this.#flush();
    this.#resampler ??= this.#begin(frame, time);
    let status = this.#resample(this.#resampler, frame, nbSamples);
    if (status === this.#inputChanged) {
      this.#flush();
      this.#resampler = this.#begin(frame, time);
      status = this.#resample(this.#resampler, frame, nbSamples);
    }
    if (status < 0) this.refused++;
    this.#inTime += nbSamples / this.#rate;
  }

  /** Sound of another format follows, or it goes on elsewhere. */
  #begin(frame: Frame, time: Seconds): SoftwareResampleContext {
    const { sampleRate, channels } = frame;
    this.#unnamed = frame.channelLayout.order === this.#library.K.AV_CHANNEL_ORDER_UNSPEC;
    this.#nameChannels(frame);
    const resampler = this.#newResampler(frame);
    this.#rate = sampleRate;
    this.#outTime = time;
    this.#inTime = time;
    this.#waiting = 0;
    this.#sampleRate ||= sampleRate;
    this.#channels ||= channels;
    return resampler;
  }

  /** Some media count their channels without naming them; the resampler wants names. */
  #nameChannels(frame: Frame): void {
    if (this.#unnamed) frame.channelLayout = this.#library.lib.avChannelLayoutDefault(frame.channels);
  }

  /** @returns a status of the library: below 0 = the frame was not taken */
  #resample(resampler: SoftwareResampleContext, frame: Frame, samples: number): number {
    this.#nameChannels(frame);
    const waiting = this.#waiting + samples / this.#rate;
    if (waiting >= FETCH_SECONDS) return this.#fetch(resampler, frame);
    const status = resampler.convertFrame(null, frame);
    if (status >= 0) this.#waiting = waiting;
    return status;
  }

  #newResampler(frame: Frame): SoftwareResampleContext {
    const { lib, K } = this.#library;
    const resampler = new lib.SoftwareResampleContext();
    const status = resampler.allocSetOpts2(
      lib.avChannelLayoutDefault(1),
      K.AV_SAMPLE_FMT_S16,
      SAMPLE_RATE,
      frame.channelLayout,
      frame.format as never,
      frame.sampleRate,
    );
    if (status < 0 || resampler.init() < 0) {
      resampler.free();
      throw new Error('the sound format cannot be resampled');
    }
    return resampler;
  }

  /**
   * @param frame the next frame, or null to get the rest out
   * @returns a status of the library: below 0 = there was nothing to be had
   */
  #fetch(resampler: SoftwareResampleContext, frame: Frame | null): number {
    const { lib, K } = this.#library;
    const out = this.#out;
    out.format = K.AV_SAMPLE_FMT_S16;
    out.channelLayout = lib.avChannelLayoutDefault(1);
    out.sampleRate = SAMPLE_RATE;
    const status = resampler.convertFrame(out, frame);
    if (status >= 0) this.#waiting = 0;
    const plane = out.data?.[0];
    if (status >= 0 && plane && out.nbSamples > 0) this.#pass(plane, out.nbSamples);
    out.unref();
    return status;
  }

  #pass(plane: Buffer, count: number): void {
    this.output.pass(new Int16Array(plane.buffer, plane.byteOffset, count), this.#outTime);
    this.#outTime += count / SAMPLE_RATE;
  }

  #flush(): void {
    if (this.#resampler && this.#fetch(this.#resampler, null) < 0) this.refused++;
    this.#dropResampler();
  }

  #dropResampler(): void {
    this.#resampler?.free();
    this.#resampler = null;
  }
}
