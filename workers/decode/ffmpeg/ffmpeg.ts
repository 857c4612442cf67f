import type { Seconds } from '../../../fingerprints/units.js';
import { TaskFailure } from '../../failure.js';
import { announcesDuration } from '../containers.js';
import { Continuity } from '../continuity.js';
import type { DecodeOutcome, DecodeRequest, Decoder, DecodeSink } from '../decoder.js';
import { displaySize } from '../geometry.js';
import { type AudioTally, outcomeOf, type VideoTally } from '../outcome.js';
import { refusedSize } from '../picture-limit.js';
import { describeTracks, type Selection, selectTracks } from '../selection.js';
import { SoundLine } from '../sound-line.js';
import { Warnings } from '../warnings.js';
import { type DecodedPictures, decodePictures } from './pictures.js';
import { type Plan, planOf, type TrackPlan } from './plan.js';
import { type Probed, type ProbedStream, probe } from './probe.js';
import { ffmpegVersion } from './programs.js';
import { decodeSound } from './sound.js';

/**
 * Decodes with the ffmpeg program: one run of ffprobe that lists the packets, then one of ffmpeg for each sound
 * track and one for the pictures.
 */
export class FfmpegDecoder implements Decoder {
  readonly name = 'ffmpeg';

  /** @throws TaskFailure SP_DECODER_UNAVAILABLE */
  static async load(): Promise<FfmpegDecoder> {
    await ffmpegVersion();
    return new FfmpegDecoder();
  }

  async decode(request: DecodeRequest, sink: DecodeSink): Promise<DecodeOutcome> {
    const probed = await probe(request.path);
    const selection = selectTracks(probed.streams);
    if (selection.video === null && selection.audio.length === 0)
      throw new TaskFailure(
        'SP_INPUT_NO_TRACKS',
        `${request.path}: there is no picture and no sound that can be decoded (${describeTracks(probed.streams)}).`,
      );
    return new FfmpegRun(request, sink, probed, selection).run();
  }
}

const NO_PICTURES: DecodedPictures = { frames: new Continuity(), keyFrames: 0, refused: 0 };

class FfmpegRun {
  readonly #warnings = new Warnings();
  readonly #sounds: readonly number[];
  readonly #video: number | null;
  readonly #plan: Plan;
  /** Nothing later than this is wanted. */
  readonly #until: Seconds;

  constructor(
    private readonly request: DecodeRequest,
    private readonly sink: DecodeSink,
    private readonly probed: Probed,
    selection: Selection,
  ) {
    const { audio, pictures, timesFrom, limits } = request;
    this.#sounds = audio === 'none' ? [] : audio === 'all' ? selection.audio : selection.audio.slice(0, 1);
    this.#video = pictures === 'none' ? null : selection.video;
    if (audio === 'all' && selection.leftOut > 0)
      this.#warnings.add(`${selection.leftOut} more sound tracks were left out.`);
    const wanted = this.#video === null ? this.#sounds : [...this.#sounds, this.#video];
    const origin = timesFrom === 'start' ? (probed.start ?? 0) : 0;
    this.#plan = planOf(probed, wanted, origin, limits.maxDuration);
    const firsts = [...this.#plan.tracks.values()].map((t) => t.packets.first ?? Number.POSITIVE_INFINITY);
    this.#until = Math.min(...firsts) + limits.maxDuration;
  }

  async run(): Promise<DecodeOutcome> {
    const { container, duration, streams } = this.probed;
    const audio: AudioTally[] = [];
    for (const [track, index] of this.#sounds.entries()) audio.push(await this.#decodeSound(track, index));
    const video = this.#video === null ? null : await this.#decodePictures(this.#video);
    const listsSamples = streams.some((stream) => stream.sampleCount > 0);
    return outcomeOf(
      this.request.path,
      {
        container,
        all: this.#plan.all,
        hasPictures: streams.some((stream) => stream.kind === 'video' && !stream.isCover),
        announced: announcesDuration(container, listsSamples) ? duration : null,
        cutAfter: this.#plan.isCut ? this.request.limits.maxDuration : null,
        discontinuities: this.#plan.discontinuities,
        video,
        audio,
      },
      this.#warnings,
    );
  }

  async #decodeSound(track: number, index: number): Promise<AudioTally> {
    const { path, timesFrom } = this.request;
    const { packets, stamps } = this.#track(index);
    const from = timesFrom === 'start' ? 0 : Number.NEGATIVE_INFINITY;
    const line = new SoundLine(from, (pcm, time) => this.sink.audio(track, pcm, time));
    const refused = await decodeSound(path, index, stamps, line, this.#until);
    const { codec, sampleRate, channels, language } = this.#stream(index);
    const report = { codec, sampleRate, channels, language, seconds: line.seconds };
    return { report, packets, end: line.end, refused };
  }

  async #decodePictures(index: number): Promise<VideoTally> {
    const { request } = this;
    const stream = this.#stream(index);
    const track = this.#track(index);
    const { codec, width, height } = stream;
    const tooLarge = refusedSize(request.path, stream, request.limits.maxPixels, this.#sounds.length > 0);
    if (tooLarge) this.#warnings.add(tooLarge);
    const turn = stream.turn % 180 === 0 ? 0 : 90;
    const size = displaySize(stream, stream.pixelAspect ?? 1, { mirrored: false, turn });
    const job = { request, index, plan: track, size, until: this.#until };
    const { frames, keyFrames, refused } = tooLarge ? NO_PICTURES : await decodePictures(job, this.sink);
    const sparse = request.pictures === 'sparse' && (tooLarge !== null || keyFrames > 0);
    return {
      report: { codec, width, height, pictures: frames.count },
      packets: track.packets,
      frames,
      dense: request.pictures === 'dense',
      keys: sparse ? { packets: track.keys.length, pictures: keyFrames } : { packets: 0, pictures: 0 },
      refused,
      concealed: 0,
    };
  }

  #track(index: number): TrackPlan {
    return this.#plan.tracks.get(index) as TrackPlan;
  }

  #stream(index: number): ProbedStream {
    return this.probed.streams.find((stream) => stream.index === index) as ProbedStream;
  }
}
