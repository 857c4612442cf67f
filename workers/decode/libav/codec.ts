import type { CodecContext, Stream } from 'node-av/lib';
import type { Library } from './library.js';

/**
 * Opens a decoder for a stream. A fresh one for each input: one that was flushed keeps state, and what it
 * gives would then depend on the input before.
 */
export function openCodec(
  { lib }: Library,
  stream: Stream,
  configure: (context: CodecContext) => void,
): CodecContext {
  const codec = lib.Codec.findDecoder(stream.codecpar.codecId);
  if (!codec) throw new Error(`there is no decoder for stream ${stream.index}`);
  const context = new lib.CodecContext();
  context.allocContext3(codec);
  try {
    if (context.parametersToContext(stream.codecpar) < 0) throw new Error('its parameters make no sense');
    context.threadCount = 1;
    context.pktTimebase = stream.timeBase;
    configure(context);
    if (context.open2Sync(codec, null) < 0) throw new Error('its decoder refuses it');
    return context;
  } catch (error) {
    context.freeContext();
    throw error;
  }
}
