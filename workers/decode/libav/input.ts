import { closeSync, openSync, readSync } from 'node:fs';
import type { FormatContext, IOContext, Stream } from 'node-av/lib';
import { CONTAINERS, checkInputFile, notMedia } from '../input-file.js';
import type { Library } from './library.js';

/** A larger one makes memory climb from input to input. */
const IO_BUFFER = 32 * 1024;

/** An input that has been opened. `close` frees everything. */
export class Input {
  readonly streams: readonly Stream[];
  readonly container: string;

  private constructor(
    readonly context: FormatContext,
    private readonly io: IOContext,
    private readonly fd: number,
    readonly bytes: number,
  ) {
    this.streams = context.streams;
    this.container = context.iformat?.name ?? 'unknown';
  }

  /**
   * Opens a local file through our own reads: the library itself cannot open anything, so that nothing inside
   * the media can make it fetch or read something else.
   * @param analyse true = look into the streams in any case (start time, frame rate); false = only where needed
   * @throws TaskFailure
   */
  static open(library: Library, path: string, analyse: boolean): Input {
    const bytes = checkInputFile(path).size;
    const fd = openSync(path, 'r');
    const io = fileReader(library, fd, bytes);
    const context = new library.lib.FormatContext();
    try {
      context.allocContext();
      context.pb = io;
      context.setFlags(library.K.AVFMT_FLAG_CUSTOM_IO);
      const options = library.lib.Dictionary.fromObject({
        format_whitelist: CONTAINERS,
        protocol_whitelist: 'none',
        // Wraps are undone by our own time line: the library's way depends on where the input begins.
        correct_ts_overflow: 0,
      });
      const opened = context.openInputSync('', null, options);
      options.free();
      if (opened < 0) throw notMedia(path, library.lib.FFmpegError.strerror(opened));
      if (analyse || !isPlainTransportStream(library, context)) {
        const found = context.findStreamInfoSync(null);
        if (found < 0) throw notMedia(path, library.lib.FFmpegError.strerror(found));
      }
      return new Input(context, io, fd, bytes);
    } catch (error) {
      release(context, io, fd);
      throw error;
    }
  }

  close(): void {
    release(this.context, this.io, this.fd);
  }
}

function release(context: FormatContext, io: IOContext, fd: number): void {
  context.closeInputSync();
  io.freeContext();
  closeSync(fd);
}

function fileReader({ lib, K }: Library, fd: number, bytes: number): IOContext {
  const io = new lib.IOContext();
  const buffer = Buffer.allocUnsafe(IO_BUFFER);
  let position = 0;
  const read = (size: number) => {
    const got = readSync(fd, buffer, 0, Math.min(size, IO_BUFFER), position);
    position += got;
    return got === 0 ? null : buffer.subarray(0, got);
  };
  const seek = (offset: bigint, whence: number) => {
    if (whence === K.AVSEEK_SIZE) return BigInt(bytes);
    const base = whence === K.AVSEEK_CUR ? position : whence === K.AVSEEK_END ? bytes : 0;
    position = Math.max(0, base + Number(offset));
    return BigInt(position);
  };
  io.allocContextWithCallbacks(IO_BUFFER, 0, read, null, seek);
  return io;
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
