/**
 * Usual size of each coefficient: the mean over informative pictures of twelve films and recordings and ten
 * panned photographs, each of the same weight. Part of no format: a change moves only which bits of a probe
 * are tried both ways.
 */
// biome-ignore format: a table
export const USUAL_SIZES: Float32Array = Float32Array.of(
  665, 999, 417, 541, 401, 298, 320, 358, 231, 240, 230, 224, 311, 243, 209, 133, 165, 145,
  263, 180, 160, 144, 133, 139, 131, 213, 182, 116, 114, 148, 94, 167, 123, 160, 129, 101,
  98, 79, 115, 81, 112, 95, 143, 119, 83, 96, 85, 87, 105, 82, 111, 81, 139, 90,
  73, 97, 67, 77, 68, 106, 85, 98, 75, 109, 110, 78, 54, 68, 71, 78, 50, 84,
  56, 89, 50, 104, 70, 53, 57, 53, 79, 48, 71, 56, 87, 68, 76, 53, 116, 76,
  54, 58, 58, 46, 71, 54, 74, 45, 69, 44, 77, 51, 89, 57, 51, 53, 54, 55,
  50, 64, 51, 57, 54, 79, 55, 64, 45, 78, 68, 47, 40, 47, 47, 55, 42, 60,
  43, 62, 49, 61, 45, 66, 43, 85, 61, 50, 45, 51, 63, 44, 59, 35, 52, 38,
);
