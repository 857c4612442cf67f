import sharp from 'sharp';

/** Pictures with more pixels than this are refused. */
const MAX_PIXELS = 64 * 1024 * 1024;
const QUALITY = 78;

export interface StillImage {
  /** JPEG without metadata. */
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * A still made fit to be shown: upright, at most `maxWidth` wide, encoded anew, so that nothing but the picture
 * is passed on. Null for bytes that are no picture. The one module that knows sharp.
 */
export async function fitStill(bytes: Uint8Array, maxWidth: number): Promise<StillImage | null> {
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: MAX_PIXELS })
      .autoOrient()
      .resize({ width: maxWidth, withoutEnlargement: true })
      .jpeg({ quality: QUALITY })
      .toBuffer({ resolveWithObject: true });
    return { jpeg: data, width: info.width, height: info.height };
  } catch {
    return null;
  }
}
