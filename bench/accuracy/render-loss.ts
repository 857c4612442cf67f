import fs from 'node:fs';
import type { Random } from '../../samples/random.js';

const PACKET = 188;
/** Packets of one burst, at most. */
const LONGEST_BURST = 12;
/** The tables and the first key frame's begin stay, as for a receiver that has tuned in. */
const KEPT = 40;

/** Copies a transport stream without a share of its packets, lost in bursts of 1 to 12 at random places. */
export function losePackets(file: string, out: string, share: number, random: Random): void {
  const data = fs.readFileSync(file);
  const count = Math.floor(data.length / PACKET);
  const meanBurst = (1 + LONGEST_BURST) / 2;
  const kept: Buffer[] = [];
  let losing = 0;
  for (let n = 0; n < count; n++) {
    if (losing === 0 && n >= KEPT && random.chance(share / meanBurst)) losing = random.int(1, LONGEST_BURST);
    if (losing > 0) losing--;
    else kept.push(data.subarray(n * PACKET, (n + 1) * PACKET));
  }
  fs.writeFileSync(out, Buffer.concat(kept));
}
