import type { Seconds } from '../../fingerprints/units.js';

/** So much is held back at most while it is open whether a group of pictures is needed. */
const MAX_HELD_BYTES = 32 * 2 ** 20;
const MAX_HELD_PACKETS = 4000;

export interface Held {
  readonly bytes: number;
  release(): void;
}

export interface GopGateOptions<P extends Held> {
  /** Is the key packet needed, where the rest of its group is not? */
  readonly keyNeeded: (keyTime: Seconds) => boolean;
  /** Is the rest of the group needed, now that a packet `elapsed` seconds behind its key packet is here? */
  readonly needed: (keyTime: Seconds, time: Seconds) => boolean;
  /** @param alone it is a key packet, and nothing of its group follows */
  readonly decode: (packet: P, alone: boolean) => void;
}

/**
 * Keeps packets from the decoder until it is known that their group of pictures (from one key packet to the
 * next) is needed; most are not. What is before the first key packet cannot be decoded and is dropped.
 */
export class GopGate<P extends Held> {
  #held: P[] = [];
  #heldBytes = 0;
  #keyTime: Seconds | null = null;
  #open = false;

  constructor(private readonly options: GopGateOptions<P>) {}

  /** Takes over the packet: it is released here, or by the decoder it is given to. */
  offer(packet: P, isKey: boolean, time: Seconds): void {
    if (isKey) {
      this.finish(time);
      this.#keyTime = time;
    }
    if (this.#keyTime === null) packet.release();
    else if (this.#open) this.options.decode(packet, false);
    else this.#hold(packet, this.#keyTime, time);
  }

  /** The group ends at `time`: decodes what is held of it if it is needed after all, or drops it. */
  finish(time: Seconds): void {
    if (this.#keyTime !== null && !this.#open) {
      if (this.options.needed(this.#keyTime, time)) this.#openUp();
      else if (this.options.keyNeeded(this.#keyTime)) this.#decodeKey();
    }
    this.close();
  }

  #hold(packet: P, keyTime: Seconds, time: Seconds): void {
    this.#held.push(packet);
    this.#heldBytes += packet.bytes;
    const full = this.#heldBytes > MAX_HELD_BYTES || this.#held.length > MAX_HELD_PACKETS;
    if (full || this.options.needed(keyTime, time)) this.#openUp();
  }

  #openUp(): void {
    this.#open = true;
    for (const packet of this.#held) this.options.decode(packet, false);
    this.#held = [];
    this.#heldBytes = 0;
  }

  /** A group begins with its key packet. */
  #decodeKey(): void {
    const key = this.#held.shift();
    if (key) this.options.decode(key, true);
  }

  /** Drops what is held. */
  close(): void {
    for (const packet of this.#held) packet.release();
    this.#held = [];
    this.#heldBytes = 0;
    this.#open = false;
  }
}
