import { describe, expect, it } from 'vitest';
import { probeTerms, TERMS_PER_HASH } from '../../../fingerprints/picture-terms.js';
import { HASH_BITS, HASH_BYTES } from '../../../fingerprints/units.js';
import { ProbeTerms } from '../../../src/reference-index/elasticsearch/probe-terms.js';
import { groupTerms } from '../../../src/reference-index/elasticsearch/term-groups.js';
import { distinct, textOf, tokensOf } from '../../../src/reference-index/elasticsearch/terms.js';
import type { PictureProbe } from '../../../src/reference-index/reference-index.js';
import { random } from '../synthetic.js';

describe('the terms of a text field', () => {
  const next = random(5);

  it('are each once, in the order in which they came, however many there are', () => {
    for (const count of [0, 1, 2, 500, 20_000, 3]) {
      const terms = Uint32Array.from({ length: count }, () => Math.floor(next() ** 3 * 2 ** 26));
      expect([...distinct(terms)]).toEqual([...new Set(terms)]);
    }
    expect([...distinct(Uint32Array.of(7, 7, 0, 7, 0, 2 ** 26 - 1))]).toEqual([7, 0, 2 ** 26 - 1]);
  });

  it('are the words that are asked for', () => {
    const terms = Uint32Array.from({ length: 700 }, () => Math.floor(next() * 2 ** 26));
    expect(textOf(terms)).toBe(tokensOf(terms).join(' '));
    expect(JSON.parse(`"${textOf(terms)}"`)).toBe(textOf(terms));
    expect(textOf(new Uint32Array(0))).toBe('');
  });
});

describe('terms dealt out to groups', () => {
  const next = random(3);
  const terms = Uint32Array.from(new Set(Array.from({ length: 3000 }, () => Math.floor(next() * 2 ** 26))));
  const counts = Array.from(terms, () => 1 + Math.floor(next() ** 4 * 500));
  const countOf = new Map(Array.from(terms, (term, i) => [term, counts[i]!]));
  const groups = groupTerms({ terms, counts });

  it('are each in one of them, in ascending order', () => {
    const all = groups.flatMap(({ terms: of }) => [...of]);
    expect(all.sort((a, b) => a - b)).toEqual([...terms].sort((a, b) => a - b));
    for (const { terms: of } of groups) expect([...of]).toEqual([...of].sort((a, b) => a - b));
    expect(groups.length).toBeGreaterThan(20);
    expect(groups.length).toBeLessThan(40);
  });

  it('weigh more the rarer they are, alike within a group', () => {
    for (const { weight, terms: of } of groups)
      for (const term of of) expect(weight).toBe(20 - Math.floor(Math.log2(countOf.get(term)!)));
  });

  it('are in groups the smaller the rarer they are, however few the rare ones are', () => {
    const rare = terms.subarray(0, 15);
    const common = terms.subarray(15, 1000);
    const dealt = groupTerms({
      terms: terms.subarray(0, 1000),
      counts: Array.from({ length: 1000 }, (_, i) => (i < rare.length ? 1 : 16)),
    });
    const ofRare = dealt.filter(({ terms: of }) => of.some((term) => rare.includes(term)));
    const ofCommon = dealt.filter(({ terms: of }) => of.some((term) => common.includes(term)));
    expect(ofRare.length).toBeGreaterThan(3);
    for (const { terms: of } of ofRare) expect(of.length).toBeLessThan(8);
    for (const { terms: of } of ofCommon) expect(of.length).toBeGreaterThan(20);
  });

  it('are in different groups when they are neighbours', () => {
    const near = Uint32Array.from({ length: 12 }, (_, i) => 77_000 + i);
    const dealt = groupTerms({ terms: near, counts: near.map(() => 1) });
    expect(dealt.length).toBeGreaterThan(8);
  });

  it('are none where nothing is asked', () => {
    expect(groupTerms({ terms: new Uint32Array(0), counts: [] })).toEqual([]);
  });
});

describe('the terms of probes', () => {
  const next = random(8);
  const probes = Array.from({ length: 12 }, (_, n): PictureProbe => {
    const coefficients = Float32Array.from({ length: HASH_BITS }, () => next() - 0.5);
    const looked = probeTerms(coefficients, 0, 2);
    return { time: n, picture: n, box: 0, hash: new Uint8Array(HASH_BYTES), ...looked, mirrored: false };
  });
  // One probe twice, so that terms have several probes.
  const all = [...probes, { ...probes[4]!, picture: 12 }];
  const known = new ProbeTerms(all);

  it('are each once, as likely as for the probe that most likely has it', () => {
    const least = new Map<number, number>();
    for (const { terms, doubts } of all)
      terms.forEach((term, i) => {
        least.set(term, Math.min(least.get(term) ?? 255, doubts[i]!));
      });
    expect(known.count).toBe(least.size);
    const found = new Map<number, number>();
    for (let i = 0; i < known.count; i++) found.set(known.terms[i]!, known.doubts[i]!);
    expect(found).toEqual(least);
  });

  it('say which probes have some of them, and in how many tables', () => {
    const { terms } = probes[4]!;
    const perTable = terms.length / TERMS_PER_HASH;
    // Two terms of one table, and one of each of three others.
    const some = Uint32Array.of(
      terms[0]!,
      terms[1]!,
      terms[perTable]!,
      terms[5 * perTable]!,
      terms[9 * perTable]!,
    );
    expect(known.sharing(some)).toEqual({ probes: expect.arrayContaining([4, 12]), tables: 4 });
    expect(known.sharing(some).probes).toHaveLength(2);
    expect(known.sharing(Uint32Array.of(probes[2]!.terms[0]!))).toEqual({ probes: [2], tables: 1 });
    expect(known.sharing(new Uint32Array(0))).toEqual({ probes: [], tables: 0 });
  });
});
