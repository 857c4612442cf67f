import type { DecodeOutcome, DecodeRequest, Decoder, DecodeSink } from '../decoder.js';
import { type FileReader, FileReaders } from './file-reader.js';
import { Input } from './input.js';
import { type Library, loadLibrary } from './library.js';
import { PacketPool } from './packet-pool.js';
import { LibavRun, type Workshop } from './run.js';
import { Scaler } from './scaler.js';

/** Decodes with the libraries of FFmpeg inside this thread. */
export class LibavDecoder implements Decoder {
  readonly name = 'libav';
  readonly #workshop: Workshop;
  readonly #readers: FileReaders;

  private constructor(private readonly library: Library) {
    this.#readers = new FileReaders(library);
    this.#workshop = { scaler: new Scaler(library), packets: new PacketPool(library) };
  }

  /** @throws TaskFailure SP_DECODER_UNAVAILABLE */
  static async load(): Promise<LibavDecoder> {
    return new LibavDecoder(await loadLibrary());
  }

  async decode(request: DecodeRequest, sink: DecodeSink): Promise<DecodeOutcome> {
    const first = await this.#pass(request, sink, false);
    // Some streams have no picture that can be decoded by itself (rows are refreshed one after the other).
    const noPicture =
      request.pictures === 'sparse' && first.report.video?.pictures === 0 && !request.pace?.tookNone;
    if (!noPicture || first.end - first.start < 1) return first;
    const again = await this.#pass({ ...request, audio: 'none' }, sink, true);
    const { video, missing, warnings } = again.report;
    const report = {
      ...first.report,
      video,
      missing: { ...first.report.missing, video: missing.video },
      warnings,
    };
    return { ...first, report };
  }

  async #pass(request: DecodeRequest, sink: DecodeSink, everyPacket: boolean): Promise<DecodeOutcome> {
    const reader = this.#readers.take();
    try {
      return await this.#read(reader, request, sink, everyPacket);
    } finally {
      this.#readers.giveBack(reader);
    }
  }

  async #read(
    reader: FileReader,
    request: DecodeRequest,
    sink: DecodeSink,
    everyPacket: boolean,
  ): Promise<DecodeOutcome> {
    const input = Input.open(this.library, reader, request.path, request.timesFrom === 'start');
    try {
      const run = new LibavRun(this.library, this.#workshop, input, request, sink, everyPacket);
      try {
        await run.readAll();
        return run.outcome();
      } finally {
        run.close();
      }
    } finally {
      input.close();
    }
  }
}
