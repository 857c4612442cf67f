import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { CodecContext, Packet } from 'node-av/lib';
import { Canvas, PICTURES_PER_SECOND } from '../picture/canvas.js';
import type { Reel } from '../reel.js';
import { SOUND_RATE } from '../sound/track.js';
import {
  type BitRates,
  ENCODED_HEIGHT,
  ENCODED_WIDTH,
  type Encoder,
  SEGMENT_SECONDS,
  type SegmentFile,
  segmentName,
} from './encoder.js';
import { type Codecs, monoLayout, openCodecs } from './libav-codecs.js';
import { check, type Libav } from './libav-library.js';
import { MediaFile } from './libav-media-file.js';

/** Real channels hardly ever start at time stamp 0; it also keeps the encoder's priming above 0. */
const FIRST_STAMP_SECONDS = 10;

interface Packets {
  readonly video: Packet[];
  readonly audio: Packet[];
}

/** Encodes within this thread by libav's synchronous calls. */
export class LibavEncoder implements Encoder {
  readonly name = 'libav';

  constructor(private readonly libav: Libav) {}

  async encodeFile(reel: Reel, file: string, rates: BitRates): Promise<void> {
    const codecs = openCodecs(this.libav, rates, true);
    const packets = await encode(this.libav, codecs, reel);
    const media = new MediaFile(this.libav, 'mp4', file, codecs);
    media.writeAll(packets, 0);
    media.close();
    close(codecs, packets);
  }

  async encodeSegments(reel: Reel, folder: string, rates: BitRates): Promise<SegmentFile[]> {
    const codecs = openCodecs(this.libav, rates, false);
    const packets = await encode(this.libav, codecs, reel);
    const seconds = reel.pictures / PICTURES_PER_SECOND;
    const segments: SegmentFile[] = [];
    for (let start = 0; start < seconds; start += SEGMENT_SECONDS) {
      const end = Math.min(seconds, start + SEGMENT_SECONDS);
      const within = (rate: number) => (packet: Packet) =>
        (start === 0 || Number(packet.pts) >= start * rate) &&
        (end === seconds || Number(packet.pts) < end * rate);
      const file = segmentName(segments.length);
      const media = new MediaFile(this.libav, 'mpegts', path.join(folder, file), codecs);
      media.writeAll(
        {
          video: packets.video.filter(within(PICTURES_PER_SECOND)),
          audio: packets.audio.filter(within(SOUND_RATE)),
        },
        FIRST_STAMP_SECONDS,
      );
      media.close();
      segments.push({ file, seconds: end - start });
    }
    close(codecs, packets);
    return segments;
  }
}

async function encode(libav: Libav, codecs: Codecs, reel: Reel): Promise<Packets> {
  const packets: Packets = { video: [], audio: [] };
  await encodePictures(libav, codecs.video, reel, packets.video);
  encodeSound(libav, codecs.audio, reel.sound, packets.audio);
  return packets;
}

async function encodePictures(
  { lib, K }: Libav,
  codec: CodecContext,
  reel: Reel,
  packets: Packet[],
): Promise<void> {
  const { width, height } = new Canvas();
  const small = new lib.Frame();
  small.alloc();
  small.format = K.AV_PIX_FMT_RGBA;
  small.width = width;
  small.height = height;
  check(lib, small.getBuffer(), 'allocate a picture');
  const scaler = new lib.SoftwareScaleContext();
  scaler.getContext(
    width,
    height,
    K.AV_PIX_FMT_RGBA,
    ENCODED_WIDTH,
    ENCODED_HEIGHT,
    K.AV_PIX_FMT_YUV420P,
    K.SWS_BILINEAR,
  );
  const large = new lib.Frame();
  large.alloc();
  const stride = small.linesize[0]!;
  const plane = small.data![0]!;
  for (let n = 0; n < reel.pictures; n++) {
    const pixels = reel.picture(n);
    const bytes = Buffer.from(pixels.buffer);
    for (let y = 0; y < height; y++) bytes.copy(plane, y * stride, y * width * 4, (y + 1) * width * 4);
    large.format = K.AV_PIX_FMT_YUV420P;
    large.width = ENCODED_WIDTH;
    large.height = ENCODED_HEIGHT;
    check(lib, large.getBuffer(), 'allocate a picture');
    check(lib, scaler.scaleFrameSync(large, small), 'scale a picture');
    large.pts = BigInt(n);
    check(lib, codec.sendFrameSync(large), 'encode a picture');
    large.unref();
    receive(lib, codec, packets);
    // Without a turn of the event loop now and then, what was freed piles up.
    if (n % PICTURES_PER_SECOND === 0) await turn();
  }
  check(lib, codec.sendFrameSync(null), 'encode the last pictures');
  receive(lib, codec, packets);
  small.free();
  large.free();
  scaler.freeContext();
}

function encodeSound({ lib, K }: Libav, codec: CodecContext, sound: Int16Array, packets: Packet[]): void {
  const frame = new lib.Frame();
  frame.alloc();
  for (let from = 0; from < sound.length; from += codec.frameSize) {
    const count = Math.min(codec.frameSize, sound.length - from);
    frame.format = K.AV_SAMPLE_FMT_FLTP;
    frame.nbSamples = count;
    frame.sampleRate = SOUND_RATE;
    frame.channelLayout = monoLayout(K);
    check(lib, frame.getBuffer(), 'allocate sound');
    const plane = frame.data![0]!;
    const samples = new Float32Array(plane.buffer, plane.byteOffset, count);
    for (let i = 0; i < count; i++) samples[i] = sound[from + i]! / 32768;
    frame.pts = BigInt(from);
    check(lib, codec.sendFrameSync(frame), 'encode sound');
    frame.unref();
    receive(lib, codec, packets);
  }
  check(lib, codec.sendFrameSync(null), 'encode the last sound');
  receive(lib, codec, packets);
  frame.free();
}

function receive(lib: Libav['lib'], codec: CodecContext, packets: Packet[]): void {
  for (;;) {
    const packet = new lib.Packet();
    packet.alloc();
    if (codec.receivePacketSync(packet) < 0) {
      packet.free();
      return;
    }
    packets.push(packet);
  }
}

function close(codecs: Codecs, packets: Packets): void {
  for (const packet of [...packets.video, ...packets.audio]) packet.free();
  codecs.video.freeContext();
  codecs.audio.freeContext();
}
