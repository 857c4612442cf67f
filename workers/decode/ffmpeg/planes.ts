/**
 * RGB of a picture in full-range YCbCr (ITU-R BT.601 as in JPEG, JFIF 1.02).
 * @param planes `pixels` bytes each of Y, Cb and Cr
 */
export function rgbOfPlanes(planes: Uint8Array, pixels: number): Uint8Array {
  const rgb = new Uint8ClampedArray(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    const y = planes[i] as number;
    const cb = (planes[pixels + i] as number) - 128;
    const cr = (planes[2 * pixels + i] as number) - 128;
    rgb[3 * i] = y + 1.402 * cr;
    rgb[3 * i + 1] = y - 0.344136 * cb - 0.714136 * cr;
    rgb[3 * i + 2] = y + 1.772 * cb;
  }
  return new Uint8Array(rgb.buffer);
}
