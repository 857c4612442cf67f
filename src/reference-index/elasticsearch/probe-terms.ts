import { DOUBTS, PICTURE_TERM_BITS } from '../../../fingerprints/picture-terms.js';
import { popcount32 } from '../../../fingerprints/words.js';
import { NONE, Numbering } from '../nominating/numbering.js';
import type { PictureProbe } from '../reference-index.js';

/** The top bits of a term say which table it belongs to. */
const TABLE_SHIFT = PICTURE_TERM_BITS - 4;

/** The terms of some probes, each once, and which probes have them. */
export class ProbeTerms {
  private readonly numbers: Numbering;
  /** How unlikely each is, for the probe for which it is least so. */
  readonly doubts: Uint8Array;
  /** The first entry of a term; an entry is a probe that has it, and the entry after it. */
  private readonly first: Int32Array;
  private readonly next: Int32Array;
  private readonly probe: Uint16Array;
  private readonly tables: Uint16Array;

  constructor(probes: readonly PictureProbe[]) {
    const most = probes.reduce((sum, { terms }) => sum + terms.length, 0);
    this.numbers = new Numbering(most);
    this.doubts = new Uint8Array(most).fill(DOUBTS - 1);
    this.first = new Int32Array(most).fill(NONE);
    this.next = new Int32Array(most);
    this.probe = new Uint16Array(most);
    this.tables = new Uint16Array(probes.length);
    let entry = 0;
    for (const [p, { terms, doubts }] of probes.entries()) {
      for (let i = 0; i < terms.length; i++, entry++) {
        const number = this.numbers.add(terms[i]!);
        this.doubts[number] = Math.min(this.doubts[number]!, doubts[i]!);
        this.probe[entry] = p;
        this.next[entry] = this.first[number]!;
        this.first[number] = entry;
      }
    }
  }

  /** Of them `count` are used. */
  get terms(): Uint32Array {
    return this.numbers.keys;
  }

  get count(): number {
    return this.numbers.count;
  }

  /** The probes that have some terms, and in how many tables the one that agrees best has. */
  sharing(terms: Uint32Array): { probes: number[]; tables: number } {
    const { tables, next, probe } = this;
    const probes: number[] = [];
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i]!;
      const number = this.numbers.find(term);
      if (number === NONE) continue;
      for (let entry = this.first[number]!; entry !== NONE; entry = next[entry]!) {
        const p = probe[entry]!;
        if (tables[p] === 0) probes.push(p);
        tables[p]! |= 1 << (term >>> TABLE_SHIFT);
      }
    }
    let most = 0;
    for (const p of probes) {
      most = Math.max(most, popcount32(tables[p]!));
      tables[p] = 0;
    }
    return { probes, tables: most };
  }
}
