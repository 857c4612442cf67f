import type { Packet } from 'node-av/lib';
import type { Held } from '../gop-gate.js';
import type { Library } from './library.js';

/** More spare packets than this are set free. */
const MAX_SPARE = 1024;

/** A packet that outlives the reading of the next one. */
export interface HeldPacket extends Held {
  readonly packet: Packet;
}

/** Hands out packets, and takes them back to use them again: most are held for a moment only. */
export class PacketPool {
  readonly #spare: Packet[] = [];

  constructor(private readonly library: Library) {}

  /** Another reference to the data of a packet. */
  hold(source: Packet): HeldPacket {
    const packet = this.#spare.pop() ?? this.#newPacket();
    packet.ref(source);
    return { packet, bytes: source.size, release: () => this.#takeBack(packet) };
  }

  #newPacket(): Packet {
    const packet = new this.library.lib.Packet();
    packet.alloc();
    return packet;
  }

  #takeBack(packet: Packet): void {
    packet.unref();
    if (this.#spare.length < MAX_SPARE) this.#spare.push(packet);
    else packet.free();
  }
}
