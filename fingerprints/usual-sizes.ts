import { HASH_BITS } from './units.js';

export const USUAL_SIZES: Float32Array = new Float32Array(HASH_BITS).fill(1);
