import sharp from 'sharp';

const QUALITY = 75;

// One still at a time is small work: threads and a cache of sharp's own would only get in the decoder's way.
sharp.concurrency(1);
sharp.cache(false);

/** @param rgb width × height × 3 bytes; may be used again once this has returned its promise */
export async function encodeJpeg(rgb: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  const jpeg = await sharp(Buffer.from(rgb), { raw: { width, height, channels: 3 } })
    .jpeg({ quality: QUALITY })
    .toBuffer();
  return new Uint8Array(jpeg);
}
