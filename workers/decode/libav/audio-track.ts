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
  readonly #context: CodecContext;
  readonly #frame: Frame;
  readonly #out: Frame;
  #resampler: SoftwareResampleContext | null = null;
  #format = '';
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
    this.#context = openCodec(library, stream, () => undefined);
    this.#frame = new library.lib.Frame();
    this.#frame.alloc();
    this.#out = new library.lib.Frame();
    this.#out.alloc();
  }

  decode(packet: Packet | null): void {
    if (this.#context.sendPacketSync(packet) < 0 && packet) this.refused++;
    while (this.#context.receiveFrameSync(this.#frame) >= 0) {
      try {
        this.#take(this.#frame);
      } catch {
        // A damaged header can give a frame that cannot be resampled: the rest of the track still can.
        this.refused++;
        this.#dropResampler();
      }
      this.#frame.unref();
    }
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

  #take(frame: Frame): void {
    const { nbSamples, sampleRate } = frame;
    if (nbSamples <= 0 || sampleRate <= 0) return;
    const format = `${sampleRate}:${frame.format}:${frame.channels}`;
    this.#nameChannels(frame, format);
    const duration = nbSamples / sampleRate;
    const time = secondsOf(frame.bestEffortTimestamp, this.#unit) ?? this.#inTime;
    if (this.#resampler && (format !== this.#format || Math.abs(time - this.#inTime) > DRIFT)) this.#flush();
    if (!this.#resampler) {
      this.#resampler = this.#newResampler(frame);
      this.#format = format;
      this.#outTime = time;
      this.#inTime = time;
      this.#waiting = 0;
      this.#sampleRate ||= sampleRate;
      this.#channels ||= frame.channels;
    }
    this.#inTime += duration;
    this.#waiting += duration;
    if (this.#waiting >= FETCH_SECONDS) this.#fetch(this.#resampler, frame);
    else if (this.#resampler.convertFrame(null, frame) < 0) this.refused++;
  }

  /** Some media count their channels without naming them; the resampler wants names. */
  #nameChannels(frame: Frame, format: string): void {
    const { lib, K } = this.#library;
    if (format !== this.#format) this.#unnamed = frame.channelLayout.order === K.AV_CHANNEL_ORDER_UNSPEC;
    if (this.#unnamed) frame.channelLayout = lib.avChannelLayoutDefault(frame.channels);
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

  /** @param frame the next frame, or null to get the rest out */
  #fetch(resampler: SoftwareResampleContext, frame: Frame | null): void {
    const { lib, K } = this.#library;
    const out = this.#out;
    out.format = K.AV_SAMPLE_FMT_S16;
    out.channelLayout = lib.avChannelLayoutDefault(1);
    out.sampleRate = SAMPLE_RATE;
    this.#waiting = 0;
    const converted = resampler.convertFrame(out, frame) >= 0;
    const plane = out.data?.[0];
    if (!converted) this.refused++;
    else if (plane && out.nbSamples > 0) this.#pass(plane, out.nbSamples);
    out.unref();
  }

  #pass(plane: Buffer, count: number): void {
    this.output.pass(new Int16Array(plane.buffer, plane.byteOffset, count), this.#outTime);
    this.#outTime += count / SAMPLE_RATE;
  }

  #flush(): void {
    if (this.#resampler) this.#fetch(this.#resampler, null);
    this.#dropResampler();
  }

  #dropResampler(): void {
    this.#resampler?.free();
    this.#resampler = null;
  }
}
