import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { ByteRange } from './fetcher.js';
import { HttpError, httpErrorOf } from './http-error.js';

/** The content codings that are understood, as the header that says so. */
export const ACCEPTED_CODINGS = 'gzip, deflate, br';

/** Bytes that are read over to reach a range, from a server that sends the whole file for it. */
const MAX_SKIPPED = 2 ** 30;

export interface BodyBounds {
  /** After decoding. */
  readonly maxBytes: number;
  /** How the server coded the content; empty = plain. */
  readonly coding: string;
  /** The part that was asked for, if any. */
  readonly range: ByteRange | null;
  /** Whether the server sent that part and no more. */
  readonly partial: boolean;
}

/**
 * The body of an answer, its content coding removed, ended with an error as soon as it is larger than allowed:
 * a small answer that unpacks to gigabytes is stopped by the same bound. Of a range, exactly that is given,
 * whether the server honours ranges or not.
 */
export async function* boundedBody(
  body: AsyncIterable<Uint8Array>,
  bounds: BodyBounds,
  shown: string,
): AsyncGenerator<Uint8Array> {
  const { range, maxBytes } = bounds;
  if (range !== null && (range.length > maxBytes || range.offset > MAX_SKIPPED))
    throw tooLarge(shown, maxBytes);
  let skip = range === null || bounds.partial ? 0 : range.offset;
  let left = range?.length ?? maxBytes;
  try {
    for await (const whole of decoded(body, bounds.coding, shown)) {
      const chunk = whole.subarray(Math.min(skip, whole.byteLength));
      skip -= whole.byteLength - chunk.byteLength;
      if (range === null && chunk.byteLength > left) throw tooLarge(shown, maxBytes);
      const wanted = chunk.subarray(0, left);
      left -= wanted.byteLength;
      if (wanted.byteLength > 0) yield wanted;
      if (range !== null && left === 0) return;
    }
  } catch (error) {
    throw httpErrorOf(error, shown);
  }
  if (range !== null && left > 0)
    throw new HttpError('SP_HTTP', `${shown}: ${left} bytes of the part asked for are missing`, {
      transient: true,
    });
}

export function tooLarge(shown: string, maxBytes: number): HttpError {
  const bound = maxBytes >= 2 ** 20 ? `${Math.round(maxBytes / 2 ** 20)} MiB` : `${maxBytes} bytes`;
  return new HttpError('SP_INPUT_TOO_LARGE', `${shown}: larger than the ${bound} that are allowed`, {
    transient: false,
  });
}

function decoded(body: AsyncIterable<Uint8Array>, coding: string, shown: string): AsyncIterable<Uint8Array> {
  const decoder = decoderOf(coding.trim().toLowerCase(), shown);
  // The error reaches whoever reads the decoder.
  return decoder === null ? body : pipeline(body, decoder, () => undefined);
}

function decoderOf(coding: string, shown: string) {
  switch (coding) {
    case '':
    case 'identity':
      return null;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new HttpError('SP_HTTP', `${shown}: content coding "${coding.slice(0, 20)}" is not understood`, {
        transient: false,
      });
  }
}
