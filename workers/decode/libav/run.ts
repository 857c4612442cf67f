import type { Packet, Stream } from 'node-av/lib';
import type { Seconds } from '../../../fingerprints/units.js';
import { TaskFailure } from '../../failure.js';
import { hasNoIndex, MPEG_WRAP } from '../containers.js';
import { Continuity } from '../continuity.js';
import type { DecodeOutcome, DecodeRequest, DecodeSink } from '../decoder.js';
import { GopGate } from '../gop-gate.js';
import { outcomeOf } from '../outcome.js';
import { SPARSE_GAP } from '../pick.js';
import { refusedSize } from '../picture-limit.js';
import { describeTracks, selectTracks } from '../selection.js';
import { SoundLine } from '../sound-line.js';
import { Timeline } from '../timeline.js';
import { Warnings } from '../warnings.js';
import { AudioTrack } from './audio-track.js';
import { announcedSeconds, expectedSeconds, trackFacts } from './facts.js';
import type { Input } from './input.js';
import { type Library, NO_STAMP, secondsOf } from './library.js';
import type { HeldPacket, PacketPool } from './packet-pool.js';
import { type PictureOutput, pictureOutput } from './picture-output.js';
import type { Scaler } from './scaler.js';
import { VideoTrack } from './video-track.js';

/** The event loop gets a turn after so many packets: only then is what the bindings hold set free. */
const PACKETS_A_TURN = 256;
/** Reading goes on behind damage, but not for ever. */
const MAX_READ_ERRORS = 100;

/** What a thread keeps from input to input, because it is dear to make. */
export interface Workshop {
  readonly scaler: Scaler;
  readonly packets: PacketPool;
}

/** One way through an input: reads its packets, and gives each to the track that it belongs to. */
export class LibavRun {
  readonly #timeline: Timeline;
  readonly #warnings = new Warnings();
  readonly #packets = new Map<number, Continuity>();
  /** Time bases by stream: asking the bindings for one costs more than all else a packet does here. */
  readonly #units: readonly Stream['timeBase'][];
  /** Flag of packets; read once, since a look-up among all constants of the library costs as much as a packet. */
  readonly #onlyDecoded: number;
  readonly #audio: AudioTrack[] = [];
  readonly #packet: Packet;
  #video: VideoTrack | null = null;
  #pictures: PictureOutput | null = null;
  #gate: GopGate<HeldPacket> | null = null;
  #keyPackets = 0;
  readonly #all = new Continuity();
  #hasPictures = false;
  #isCut = false;
  /** Seconds to take off so that the line begins at 0. */
  readonly #origin: Seconds;

  constructor(
    private readonly library: Library,
    private readonly workshop: Workshop,
    private readonly input: Input,
    private readonly request: DecodeRequest,
    private readonly sink: DecodeSink,
    /** Give every packet to the decoder, though only some pictures are wanted. */
    private readonly everyPacket: boolean,
  ) {
    this.#timeline = new Timeline({
      wrap: ['mpegts', 'mpeg'].includes(input.container) ? MPEG_WRAP : null,
      jumps: hasNoIndex(input.container),
    });
    this.#origin = request.timesFrom === 'start' ? startOf(library, input) : 0;
    this.#onlyDecoded = library.K.AV_PKT_FLAG_DISCARD;
    this.#units = input.streams.map((stream) => stream.timeBase);
    this.#packet = new library.lib.Packet();
    this.#packet.alloc();
    try {
      this.#openTracks();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async readAll(): Promise<void> {
    const { context } = this.input;
    const { AVERROR_EOF } = this.library.K;
    const expected = expectedSeconds(this.library, this.input);
    if (expected !== null) this.sink.expected?.(expected);
    let errors = 0;
    for (let n = 1; !this.#isCut && !this.#isServed; n++) {
      const status = context.readFrameSync(this.#packet);
      if (status === AVERROR_EOF || (status < 0 && ++errors >= MAX_READ_ERRORS)) break;
      if (status >= 0) {
        this.#route(this.#packet);
        this.#packet.unref();
      }
      if (n % PACKETS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    if (errors > 0) this.#warnings.add(`Reading failed in ${errors} places.`);
    this.#finish();
  }

  /** All moments that were asked for have their pictures: what follows would be read and decoded for nobody. */
  get #isServed(): boolean {
    return this.request.pictures === 'at' && this.#audio.length === 0 && this.#pictures?.wanted === null;
  }

  outcome(): DecodeOutcome {
    const packets = (index: number) => this.#packets.get(index) as Continuity;
    const video = this.#video;
    return outcomeOf(
      this.request.path,
      {
        container: this.input.container,
        all: this.#all,
        hasPictures: this.#hasPictures,
        announced: announcedSeconds(this.library, this.input),
        cutAfter: this.#isCut ? this.request.limits.maxDuration : null,
        discontinuities: this.#timeline.discontinuities,
        video: video && {
          report: video.report(),
          packets: packets(video.index),
          frames: video.frames,
          dense: this.request.pictures === 'dense',
          keys:
            this.request.pictures === 'sparse' && !this.everyPacket
              ? {
                  packets: this.#keyPackets - (this.request.pace?.leftOut ?? 0),
                  pictures: video.keyFrames,
                }
              : { packets: 0, pictures: 0 },
          refused: video.refused,
          concealed: video.concealed,
        },
        audio: this.#audio.map((track) => ({
          report: track.report(),
          packets: packets(track.index),
          end: track.end,
          refused: track.refused,
        })),
      },
      this.#warnings,
    );
  }

  close(): void {
    this.#gate?.close();
    this.#pictures?.close();
    this.#video?.close();
    for (const track of this.#audio) track.close();
    this.#packet.free();
  }

  #openTracks(): void {
    const { request, input, library } = this;
    const facts = trackFacts(library, input);
    const selection = selectTracks(facts);
    const audio =
      request.audio === 'none' ? [] : request.audio === 'all' ? selection.audio : selection.audio.slice(0, 1);
    if (selection.leftOut > 0 && request.audio === 'all')
      this.#warnings.add(`${selection.leftOut} more sound tracks were left out.`);
    for (const index of audio) this.#tryOpen(index, () => this.#openAudio(input.streams[index] as Stream));
    const { video } = selection;
    this.#hasPictures = video !== null;
    if (video !== null && request.pictures !== 'none')
      this.#tryOpen(video, () => this.#openVideo(input.streams[video] as Stream));
    if (!this.#video && this.#audio.length === 0 && selection.video === null && selection.audio.length === 0)
      throw new TaskFailure(
        'SP_INPUT_NO_TRACKS',
        `${request.path}: there is no picture and no sound that can be decoded (${describeTracks(facts)}).`,
      );
    for (const stream of input.streams) {
      if (this.#packets.has(stream.index)) continue;
      stream.discard = library.K.AVDISCARD_ALL;
    }
  }

  #tryOpen(index: number, open: () => void): void {
    try {
      open();
      this.#packets.set(index, new Continuity());
    } catch (error) {
      if (error instanceof TaskFailure) throw error;
      this.#warnings.add(`Track ${index} cannot be decoded: ${(error as Error).message}.`);
    }
  }

  #openAudio(stream: Stream): void {
    const track = this.#audio.length;
    const from = this.request.timesFrom === 'start' ? 0 : Number.NEGATIVE_INFINITY;
    const line = new SoundLine(from, (pcm, time) => this.sink.audio(track, pcm, time));
    this.#audio.push(new AudioTrack(this.library, stream, line));
  }

  #openVideo(stream: Stream): void {
    const { request, library } = this;
    const sparse = request.pictures === 'sparse';
    const { codecpar } = stream;
    const tooLarge = refusedSize(request.path, codecpar, request.limits.maxPixels, this.#audio.length > 0);
    if (tooLarge) this.#warnings.add(tooLarge);
    const video = new VideoTrack(library, stream, {
      limits: request.limits,
      referencesOnly: sparse && !this.everyPacket,
      output: (frame, time, isKey) => this.#pictures?.frame(frame, time, isKey),
    });
    this.#video = video;
    this.#pictures = pictureOutput(library, this.workshop.scaler, request, this.sink, video);
    if (request.pictures === 'dense' || this.everyPacket) return;
    this.#gate = new GopGate<HeldPacket>({
      keyNeeded: (time) => sparse && (request.pace?.takes(time) ?? true),
      needed: sparse
        ? (keyTime, time) => time - keyTime > SPARSE_GAP
        : (_, time) => (this.#pictures?.wanted ?? Number.POSITIVE_INFINITY) <= time,
      decode: (held, alone) => {
        video.smooth(!alone);
        video.decode(held.packet);
        held.release();
      },
    });
  }

  #route(packet: Packet): void {
    const { streamIndex } = packet;
    const continuity = this.#packets.get(streamIndex);
    if (!continuity) return;
    const unit = this.#units[streamIndex]!;
    const { pts, dts } = packet;
    const duration = secondsOf(packet.duration, unit) ?? 0;
    const raw = secondsOf(dts === NO_STAMP ? pts : dts, unit);
    let time = secondsOf(pts === NO_STAMP ? dts : pts, unit);
    if (raw !== null && time !== null) {
      const shift = this.#timeline.shiftFor(streamIndex, raw, duration) - this.#origin;
      if (shift !== 0) {
        const by = BigInt(Math.round((shift * unit.den) / unit.num));
        if (pts !== NO_STAMP) packet.pts = pts + by;
        if (dts !== NO_STAMP) packet.dts = dts + by;
        time = secondsOf((pts === NO_STAMP ? dts : pts) + by, unit)!;
      }
    }
    time ??= continuity.last ?? 0;
    this.#isCut = time - (this.#all.first ?? time) > this.request.limits.maxDuration;
    if (this.#isCut) return;
    // What is only decoded for the sake of what follows (the lead-in of AAC) is no part of the media.
    if ((packet.flags & this.#onlyDecoded) === 0) {
      this.#all.add(time, duration);
      continuity.add(time, duration);
    }
    if (streamIndex === this.#video?.index) this.#routeVideo(this.#video, packet, time);
    else this.#routeAudio(streamIndex, packet);
  }

  #routeVideo(video: VideoTrack, packet: Packet, time: Seconds): void {
    const isKey = packet.isKeyframe;
    if (isKey) this.#keyPackets++;
    if (this.#gate) this.#gate.offer(this.workshop.packets.hold(packet), isKey, time);
    else video.decode(packet);
  }

  #routeAudio(index: number, packet: Packet): void {
    const track = this.#audio.find((audio) => audio.index === index);
    track?.decode(packet);
    if (track?.reached != null) this.#timeline.reached(index, track.reached + this.#origin);
  }

  #finish(): void {
    const video = this.#video;
    if (video) {
      // At a moment behind the end the last picture is still shown.
      const isAt = this.request.pictures === 'at';
      this.#gate?.finish(isAt ? Number.MAX_VALUE : (this.#packets.get(video.index)?.last ?? 0));
      video.decode(null);
    }
    this.#pictures?.finish();
    for (const track of this.#audio) track.finish();
  }
}

function startOf({ K }: Library, input: Input): Seconds {
  const { startTime } = input.context;
  return startTime === NO_STAMP ? 0 : Number(startTime) / K.AV_TIME_BASE;
}
