import { Random } from '../../samples/random.js';

const PACKET = 188;
/** Share of the packets that are hit, but for the first ones, which say what is in the stream. */
const HIT = 0.004;
const SPARED = 3;

/** A segment whose packets were hit on their way, in place: bytes of some are noise, as a bad dish gives. */
export function damage(ts: Buffer, seed: string): Buffer {
  const random = new Random(seed);
  const packets = Math.floor(ts.length / PACKET);
  for (let left = Math.ceil(packets * HIT); left > 0; left--) {
    const at = random.int(SPARED, packets - 1) * PACKET;
    for (let byte = 4; byte < PACKET; byte++) ts[at + byte] = random.int(0, 255);
  }
  return ts;
}
