import { TaskFailure } from '../failure.js';
import type { DecoderName } from '../protocol.js';
import type { Decoder } from './decoder.js';
import { FfmpegDecoder } from './ffmpeg/ffmpeg.js';
import { LibavDecoder } from './libav/libav.js';

export type { DecodeOutcome, DecodeRequest, Decoder, DecodeSink } from './decoder.js';

/**
 * The decoder asked for; otherwise the one that STREAMPRINT_DECODER names; otherwise libav where it is
 * installed, and else the ffmpeg program.
 * @throws TaskFailure SP_DECODER_UNAVAILABLE
 */
export async function loadDecoder(name?: DecoderName): Promise<Decoder> {
  const wanted = name ?? process.env.STREAMPRINT_DECODER;
  if (wanted === 'libav') return LibavDecoder.load();
  if (wanted === 'ffmpeg') return FfmpegDecoder.load();
  if (wanted)
    throw new TaskFailure(
      'SP_DECODER_UNAVAILABLE',
      `STREAMPRINT_DECODER is "${wanted}": it must be libav or ffmpeg.`,
    );
  return LibavDecoder.load().catch(() =>
    FfmpegDecoder.load().catch((cause) => {
      throw new TaskFailure(
        'SP_DECODER_UNAVAILABLE',
        'There is no decoder: install the optional package node-av (npm ci) or the ffmpeg program.',
        { cause },
      );
    }),
  );
}
