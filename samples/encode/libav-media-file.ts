import type { CodecContext, FormatContext, Packet, Stream } from 'node-av/lib';
import { check, type Libav } from './libav-library.js';

interface Tracks<T> {
  readonly video: T;
  readonly audio: T;
}

/** A media file with one track of pictures and one of sound. */
export class MediaFile {
  readonly #format: FormatContext;
  readonly #streams: Tracks<Stream>;

  constructor(
    private readonly libav: Libav,
    container: 'mp4' | 'mpegts',
    file: string,
    private readonly codecs: Tracks<CodecContext>,
  ) {
    const { lib } = libav;
    this.#format = new lib.FormatContext();
    check(lib, this.#format.allocOutputContext2(null, container, file), `make a ${container} file`);
    this.#streams = { video: this.#addStream(codecs.video), audio: this.#addStream(codecs.audio) };
    check(lib, this.#format.openOutputSync(), `open ${file}`);
    check(lib, this.#format.writeHeaderSync(null), `write ${file}`);
  }

  #addStream(codec: CodecContext): Stream {
    const stream = this.#format.newStream(null);
    check(this.libav.lib, stream.codecpar.fromContext(codec), 'describe a track');
    stream.timeBase = codec.timeBase;
    return stream;
  }

  /** Writes packets of both tracks in the order of their times, `delay` whole seconds later. They stay the caller's. */
  writeAll(packets: Tracks<readonly Packet[]>, delay: number): void {
    const queue = (['video', 'audio'] as const)
      .flatMap((track) => {
        const { num, den } = this.codecs[track].timeBase;
        return packets[track].map((packet) => ({
          track,
          packet,
          time: (Number(packet.dts) * num) / den,
        }));
      })
      .sort((a, b) => a.time - b.time);
    for (const { track, packet } of queue) this.#write(track, packet, delay);
  }

  #write(track: 'video' | 'audio', packet: Packet, delay: number): void {
    const copy = packet.clone();
    if (!copy) throw new Error('libav could not copy a packet: out of memory');
    const { timeBase } = this.codecs[track];
    const ticks = BigInt((delay * timeBase.den) / timeBase.num);
    copy.pts += ticks;
    copy.dts += ticks;
    const stream = this.#streams[track];
    copy.streamIndex = stream.index;
    copy.rescaleTs(timeBase, stream.timeBase);
    check(this.libav.lib, this.#format.interleavedWriteFrameSync(copy), 'write a packet');
    copy.free();
  }

  close(): void {
    const { lib } = this.libav;
    check(lib, this.#format.interleavedWriteFrameSync(null), 'write the last packets');
    check(lib, this.#format.writeTrailerSync(), 'finish a file');
    this.#format.closeOutputSync();
    this.#format.freeContext();
  }
}
