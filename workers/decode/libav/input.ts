import type { FormatContext, Stream } from 'node-av/lib';
import { CONTAINERS, checkInputFile, containerOfFew, notMedia } from '../input-file.js';
import type { FileReader } from './file-reader.js';
import type { Library } from './library.js';

/** An input that has been opened. `close` frees everything. */
export class Input {
  readonly streams: readonly Stream[];
  readonly container: string;

  private constructor(
    readonly context: FormatContext,
    private readonly reader: FileReader,
  ) {
    this.streams = context.streams;
    this.container = context.iformat?.name ?? 'unknown';
  }

  /**
   * Opens a local file.
   * @param analyse true = look into the streams in any case (start time, frame rate); false = only where needed
   * @throws TaskFailure
   */
  static open(library: Library, reader: FileReader, path: string, analyse: boolean): Input {
    const bytes = checkInputFile(path).size;
    reader.open(path, bytes);
    const context = new library.lib.FormatContext();
    try {
      context.allocContext();
      context.pb = reader.io;
      context.setFlags(library.K.AVFMT_FLAG_CUSTOM_IO);
      const options = library.lib.Dictionary.fromObject({
        format_whitelist: CONTAINERS,
        protocol_whitelist: 'none',
        // Wraps are undone by our own time line: the library's way depends on where the input begins.
        correct_ts_overflow: 0,
      });
      const container = containerOfFew(path, bytes);
      const format = container && library.lib.InputFormat.findInputFormat(container);
      const opened = context.openInputSync('', format, options);
      options.free();
      if (opened < 0) throw notMedia(path, library.lib.FFmpegError.strerror(opened));
      if (analyse || !isPlainTransportStream(library, context)) {
        const found = context.findStreamInfoSync(null);
        if (found < 0) throw notMedia(path, library.lib.FFmpegError.strerror(found));
      }
      return new Input(context, reader);
    } catch (error) {
      context.closeInputSync();
      reader.close();
      throw error;
    }
  }

  close(): void {
    this.context.closeInputSync();
    this.reader.close();
  }
}

/**
 * True where the tables of an MPEG-TS name every codec, and all of these state their parameters in-band: then
 * there is no need to read ahead and decode for them, which costs as much as a key frame.
 */
function isPlainTransportStream({ K }: Library, context: FormatContext): boolean {
  if (context.iformat?.name !== 'mpegts') return false;
  const selfDescribing: readonly number[] = [
    ...[K.AV_CODEC_ID_H264, K.AV_CODEC_ID_HEVC, K.AV_CODEC_ID_MPEG2VIDEO],
    ...[K.AV_CODEC_ID_AAC, K.AV_CODEC_ID_MP3, K.AV_CODEC_ID_MP2, K.AV_CODEC_ID_AC3, K.AV_CODEC_ID_EAC3],
  ];
  let media = 0;
  for (const { codecpar } of context.streams) {
    const isMedia =
      codecpar.codecType === K.AVMEDIA_TYPE_VIDEO || codecpar.codecType === K.AVMEDIA_TYPE_AUDIO;
    if (isMedia && !selfDescribing.includes(codecpar.codecId)) return false;
    if (!isMedia && codecpar.codecId === K.AV_CODEC_ID_NONE) return false;
    if (isMedia) media++;
  }
  return media > 0;
}
