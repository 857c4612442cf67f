import type { Seconds } from '../../../fingerprints/units.js';
import { Continuity } from '../continuity.js';
import type { DecodeRequest, DecodeSink } from '../decoder.js';
import type { Size } from '../geometry.js';
import { DensePicker, EVEN, EveryPicker, SparsePicker } from '../pick.js';
import { runFfmpeg } from './command.js';
import { FrameLog, tellsOfDamage } from './frame-log.js';
import type { LongGroups, TrackPlan } from './plan.js';
import { rgbOfPlanes } from './planes.js';

export interface DecodedPictures {
  readonly frames: Continuity;
  readonly keyFrames: number;
  readonly refused: number;
}

export interface PictureJob {
  readonly request: DecodeRequest;
  readonly index: number;
  readonly plan: TrackPlan;
  readonly size: Size;
  readonly until: Seconds;
}

/** Decodes the pictures of one stream, and passes on those that were asked for. */
export async function decodePictures(job: PictureJob, sink: DecodeSink): Promise<DecodedPictures> {
  const decoded = await decodeOnce(job, sink, job.plan.longGroups());
  if (job.request.pictures !== 'sparse' || decoded.frames.count > 0 || job.plan.times.length < 2)
    return decoded;
  // Some streams have no picture that can be decoded by itself (rows are refreshed one after the other).
  return decodeOnce(job, sink, EVERY_GROUP);
}

const EVERY_GROUP: LongGroups = { any: true, has: () => true };

async function decodeOnce(job: PictureJob, sink: DecodeSink, groups: LongGroups): Promise<DecodedPictures> {
  const { request, index, plan, size } = job;
  const moments = momentsOf(job);
  const inColour = request.pictures === 'at' || request.stillEvery > 0;
  const frames = new Continuity();
  let keyFrames = 0;
  let refused = 0;
  let reached = Number.NEGATIVE_INFINITY;
  const all = new FrameLog('showinfo@all');
  const passed = new FrameLog('showinfo@chosen');
  const output = frameOutput(request, sink, size, groups.has);
  const joiner = new FrameJoiner(size.width * size.height * (inColour ? 3 : 1), (pixels, time, isKey) => {
    reached = time;
    if (time <= job.until) output(pixels, time, isKey);
  });
  await runFfmpeg({
    path: request.path,
    before: ['-an', '-sn', '-dn', ...skipOptions(request, groups.any)],
    after: [
      ...['-map', `0:${index}`, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-c:v', 'rawvideo'],
      ...['-vf', filters(request, plan, size, moments, inColour)],
    ],
    bytes: (chunk) => joiner.bytes(chunk),
    line: (text) => {
      const decoded = all.read(text);
      const chosen = decoded ? null : passed.read(text);
      if (decoded?.stamp != null) {
        const time = plan.stamps.place(decoded.stamp);
        frames.add(time, plan.announcedAt(time));
        if (decoded.isKey) keyFrames++;
      } else if (chosen?.stamp != null) {
        joiner.frame(plan.stamps.place(chosen.stamp), chosen.isKey);
      } else if (tellsOfDamage(text)) {
        refused++;
      }
    },
    enough: () => reached > job.until,
  });
  return { frames, keyFrames, refused };
}

function skipOptions({ pictures }: DecodeRequest, anyLongGroup: boolean): string[] {
  if (pictures !== 'sparse') return [];
  return ['-skip_frame', anyLongGroup ? 'noref' : 'nokey'];
}

function filters(
  request: DecodeRequest,
  { stamps }: TrackPlan,
  { width, height }: Size,
  moments: readonly Seconds[],
  inColour: boolean,
): string {
  const shift = stamps.firstShift;
  const slot = (t: string) => `floor((${t}+${shift + EVEN})/0.2)`;
  const chosen = {
    none: '0',
    dense: `isnan(prev_selected_t)+not(eq(${slot('t')},${slot('prev_selected_t')}))`,
    sparse: `key+isnan(prev_selected_t)+gte(t-prev_selected_t,${2 - EVEN})+lt(t,prev_selected_t)`,
    at: moments.map((t) => `between(t,${t - shift - EVEN / 2},${t - shift + EVEN / 2})`).join('+') || '0',
  }[request.pictures];
  return [
    'showinfo@all=checksum=0',
    `select='${chosen}'`,
    `scale=${width}:${height}:flags=area:out_range=full`,
    `format=${inColour ? 'yuvj444p' : 'gray'}`,
    'showinfo@chosen=checksum=0',
  ].join(',');
}

/** The times of the pictures that are shown at the moments asked for. */
function momentsOf({ request, plan }: PictureJob): Seconds[] {
  if (request.pictures !== 'at') return [];
  const times = [...plan.times].sort((a, b) => a - b);
  const shown = request.times.map((time) => times.findLast((t) => t <= time + EVEN) ?? times[0]);
  return [...new Set(shown.filter((time) => time !== undefined))];
}

type Output = (pixels: Uint8Array, time: Seconds, isKey: boolean) => void;

function frameOutput(
  request: DecodeRequest,
  sink: DecodeSink,
  { width, height }: Size,
  inLongGroup: (time: Seconds) => boolean,
): Output {
  const luma = width * height;
  const still = (planes: Uint8Array, time: Seconds) =>
    sink.still(rgbOfPlanes(planes, luma), width, height, time);
  if (request.pictures === 'at') return still;
  const picker = request.pictures === 'dense' ? new DensePicker() : new SparsePicker();
  const stillPicker = new EveryPicker(request.stillEvery);
  return (pixels, time, isKey) => {
    const inGroup = request.pictures === 'dense' || inLongGroup(time);
    const wanted = inGroup || (isKey && (request.pace?.takes(time) ?? true));
    if (!wanted || !picker.takes(time, isKey)) return;
    sink.picture(pixels.subarray(0, luma), width, height, time);
    if (stillPicker.takes(time)) still(pixels, time);
  };
}

/** Brings together pictures, which come through one pipe, and their times, which come through another. */
class FrameJoiner {
  #frame: Buffer;
  #filled = 0;
  readonly #full: Buffer[] = [];
  readonly #times: { time: Seconds; isKey: boolean }[] = [];

  constructor(
    private readonly size: number,
    private readonly output: Output,
  ) {
    this.#frame = Buffer.allocUnsafe(size);
  }

  bytes(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const copied = chunk.copy(this.#frame, this.#filled, at);
      at += copied;
      this.#filled += copied;
      if (this.#filled < this.size) return;
      this.#full.push(this.#frame);
      this.#frame = Buffer.allocUnsafe(this.size);
      this.#filled = 0;
      this.#match();
    }
  }

  frame(time: Seconds, isKey: boolean): void {
    this.#times.push({ time, isKey });
    this.#match();
  }

  #match(): void {
    while (this.#full.length > 0 && this.#times.length > 0) {
      const { time, isKey } = this.#times.shift() as { time: Seconds; isKey: boolean };
      this.output(this.#full.shift() as Buffer, time, isKey);
    }
  }
}
