import { hammingBytes } from '../../fingerprints/picture.js';
import { isEmptyHash } from '../../fingerprints/picture-terms.js';
import { HASH_BITS, HASH_BYTES, ROW_STEP, ROWS_PER_SECOND } from '../../fingerprints/units.js';
import type { AskedLane, AskedReferences } from './asked-references.js';
import { CHUNK, CHUNK_MS, CHUNK_ROWS, type Nominated } from './chunks.js';
import { PAST_BOXES, type PastPiece, PICTURE_BYTES } from './piece.js';

/** The region of the references that each of PAST_BOXES may show: the first two the whole, the others the centre. */
const REGION_OF = PAST_BOXES.map((_, box) => (box < 2 ? 0 : 1));
/** A picture that differs by more bits says nothing of the place; a nearer one says this much at most. */
const FAR_BITS = 48;
const MOST = 0.2;
/** What it says counts for places this many rows around its own. */
const AROUND = 2;
/** Some three pictures that agree. */
const LEAST = 0.5;
const PLACES = 64;

/** A place where the pictures of a reference may have been shown. */
export interface SeenPlace extends Nominated {
  readonly lane: AskedLane;
}

/** Places where pictures that a stream showed agree with those of references. */
export class PictureVotes {
  readonly #votes: Float32Array;
  /** The picture that voted last for a place, so that each votes once. */
  readonly #voter: Int32Array;

  constructor(private readonly asked: AskedReferences) {
    const places = asked.endRow + 2 * CHUNK_ROWS;
    this.#votes = new Float32Array(places);
    this.#voter = new Int32Array(places).fill(-1);
  }

  places({ pictureTimes, hashes }: Pick<PastPiece, 'pictureTimes' | 'hashes'>): SeenPlace[] {
    if (this.asked.pictures.length === 0) return [];
    const places: SeenPlace[] = [];
    for (let from = 0; from < pictureTimes.length; ) {
      const chunk = Math.floor(pictureTimes[from]! / CHUNK_MS);
      let to = from;
      while (to < pictureTimes.length && pictureTimes[to]! < (chunk + 1) * CHUNK_MS) to++;
      places.push(...this.#chunk(pictureTimes, hashes, from, to, chunk));
      from = to;
    }
    return places;
  }

  #chunk(times: Uint32Array, hashes: Uint8Array, from: number, to: number, chunk: number): SeenPlace[] {
    const touched: number[] = [];
    const { keys } = this.asked;
    const known = keys.hashes.view();
    const rows = keys.rows.view();
    for (let i = from; i < to; i++) {
      const row = Math.round((times[i]! / 1000 - chunk * CHUNK) * ROWS_PER_SECOND);
      REGION_OF.forEach((region, box) => {
        const at = i * PICTURE_BYTES + box * HASH_BYTES;
        if (isEmptyHash(hashes, at)) return;
        keys.visit(hashes, at, region, (n) => {
          const distance = hammingBytes(known, n * HASH_BYTES, hashes, at);
          if (distance > FAR_BITS) return;
          const place = rows[n]! - row + CHUNK_ROWS;
          this.#vote(place, Math.min(MOST, 0.375 - distance / HASH_BITS), i, touched);
        });
      });
    }
    const best = this.#best(touched);
    for (const place of touched) {
      this.#votes[place] = 0;
      this.#voter[place] = -1;
    }
    return best.flatMap(({ place, votes }) => {
      const offset = place - CHUNK_ROWS;
      const lane = this.asked.picturesAt(offset);
      if (!lane) return [];
      const inChunk = (offset - lane.base) * ROW_STEP;
      // Where it was shown is told by comparing: the chunk's part that lies on the reference.
      const last = lane.asked.fingerprint.duration;
      const begins = Math.max(0, -inChunk);
      const ends = Math.min(CHUNK, last - inChunk);
      return [
        { lane, votes, speed: 1, offset: inChunk - chunk * CHUNK, at: chunk * CHUNK + (begins + ends) / 2 },
      ];
    });
  }

  #vote(place: number, weight: number, picture: number, touched: number[]): void {
    for (let p = place - AROUND; p <= place + AROUND; p++) {
      if (p < 0 || p >= this.#votes.length || this.#voter[p] === picture) continue;
      if (this.#voter[p] === -1) touched.push(p);
      this.#voter[p] = picture;
      this.#votes[p]! += weight;
    }
  }

  #best(touched: readonly number[]): { place: number; votes: number }[] {
    const enough = touched
      .map((place) => ({ place, votes: this.#votes[place]! }))
      .filter(({ votes }) => votes >= LEAST)
      .sort((a, b) => b.votes - a.votes);
    const best: { place: number; votes: number }[] = [];
    for (const one of enough) {
      if (best.length === PLACES) break;
      if (best.every((other) => Math.abs(other.place - one.place) > ROWS_PER_SECOND)) best.push(one);
    }
    return best;
  }
}
