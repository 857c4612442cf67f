import { openEncoder } from '../../samples/encode/index.js';
import type { Material } from '../../samples/material.js';
import { titleReel } from '../../samples/reel.js';

/** One work to paint, play and encode, and where. The entry point of a worker thread. */
export interface WorkJob {
  readonly material: Material;
  readonly file: string;
}

const RATES = { video: 1_200_000, audio: 128_000 };

export default async function work({ material, file }: WorkJob): Promise<void> {
  const encoder = await openEncoder(null);
  await encoder.encodeFile(titleReel(material), file, RATES);
}
