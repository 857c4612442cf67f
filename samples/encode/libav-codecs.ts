import type { ChannelLayout, CodecContext } from 'node-av/lib';
import { PICTURES_PER_SECOND } from '../picture/canvas.js';
import { SOUND_RATE } from '../sound/track.js';
import { type BitRates, ENCODED_HEIGHT, ENCODED_WIDTH, KEY_FRAME_SECONDS } from './encoder.js';
import { check, type Libav } from './libav-library.js';

export const monoLayout = (K: Libav['K']): ChannelLayout => ({
  nbChannels: 1,
  order: K.AV_CHANNEL_ORDER_NATIVE,
  mask: 4n,
});

export interface Codecs {
  readonly video: CodecContext;
  readonly audio: CodecContext;
}

/** The two encoders, open. @param globalHeader the container keeps the codecs' headers, instead of every key frame */
export function openCodecs({ lib, K }: Libav, rates: BitRates, globalHeader: boolean): Codecs {
  const open = (name: string, set: (context: CodecContext) => void, options: Record<string, string>) => {
    const codec = lib.Codec.findEncoderByName(name as never);
    if (!codec) throw new Error(`this build of libav has no encoder ${name}`);
    const context = new lib.CodecContext();
    context.allocContext3(codec);
    set(context);
    if (globalHeader) context.setFlags(K.AV_CODEC_FLAG_GLOBAL_HEADER);
    // Not as a Dictionary for open2Sync: libav takes that over, and the bindings then free it a second time.
    for (const [key, value] of Object.entries(options))
      check(lib, context.setOption(key, value), `set ${key}`);
    check(lib, context.open2Sync(codec, null), `open ${name}`);
    return context;
  };
  const gop = KEY_FRAME_SECONDS * PICTURES_PER_SECOND;
  const video = open(
    'libx264',
    (context) => {
      context.width = ENCODED_WIDTH;
      context.height = ENCODED_HEIGHT;
      context.pixelFormat = K.AV_PIX_FMT_YUV420P;
      context.timeBase = new lib.Rational(1, PICTURES_PER_SECOND);
      context.framerate = new lib.Rational(PICTURES_PER_SECOND, 1);
      context.gopSize = gop;
      context.threadCount = 1;
      context.bitRate = BigInt(rates.video);
      context.rcMaxRate = BigInt(rates.video * 2);
      context.rcBufferSize = rates.video * 2;
    },
    { preset: 'ultrafast', 'x264-params': `scenecut=0:keyint=${gop}:min-keyint=${gop}` },
  );
  const audio = open(
    'aac',
    (context) => {
      context.sampleRate = SOUND_RATE;
      context.sampleFormat = K.AV_SAMPLE_FMT_FLTP;
      context.channelLayout = monoLayout(K);
      context.bitRate = BigInt(rates.audio);
      context.timeBase = new lib.Rational(1, SOUND_RATE);
    },
    {},
  );
  return { video, audio };
}
