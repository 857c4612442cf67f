import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCharacter } from '../../src/rights/check-characters.js';
import { eidr, isan, isrc } from '../../src/rights/identifiers.js';
import { territory } from '../../src/rights/territories.js';

const HEX = [...'0123456789ABCDEF'];

describe('identifiers', () => {
  it('are taken as their registries print them', () => {
    // The examples of EIDR's and ISAN's own documents.
    expect(eidr('10.5240/7791-8534-2C23-9030-8610-5')).toEqual({ id: '10.5240/7791-8534-2C23-9030-8610-5' });
    expect(eidr(' 10.5240/f592-58d1-a4d9-e968-5435-l ')).toEqual({
      id: '10.5240/F592-58D1-A4D9-E968-5435-L',
    });
    const isanId = '0000-0000-9E59-0000-O-0000-0000-2';
    expect(isan(`ISAN ${isanId}`)).toEqual({ id: isanId });
    expect(isan('00000000D07A0090Q00000000X')).toEqual({ id: '0000-0000-D07A-0090-Q-0000-0000-X' });
    expect(isan('0000-0000-D07A-0090-Q')).toEqual({ id: '0000-0000-D07A-0090-Q' });
    expect(isrc('US-RC1-76-07839')).toEqual({ id: 'USRC17607839' });
  });

  it('are refused with the check character that they must have', () => {
    expect(eidr('10.5240/7791-8534-2C23-9030-8610-6')).toEqual({
      problem: 'is no EIDR: its check character must be 5, not 6',
    });
    expect(isan('0000-0000-D07A-0090-Q-0000-0001-X')).toMatchObject({
      problem: expect.stringMatching(/must be V/),
    });
    for (const none of ['', '10.5240/7791', '10.1000/7791-8534-2C23-9030-8610-5', '0000-0000-D07A-0090', 'é'])
      expect([eidr(none), isan(none), isrc(none)].map((one) => 'problem' in one)).toEqual([true, true, true]);
  });

  it('show each single wrong digit', () => {
    const digits = fc.stringMatching(/^[0-9A-F]{20}$/);
    fc.assert(
      fc.property(digits, fc.nat(19), fc.constantFrom(...HEX), (text, at, other) => {
        const wrong = text.slice(0, at) + other + text.slice(at + 1);
        if (wrong !== text) expect(checkCharacter(wrong)).not.toBe(checkCharacter(text));
      }),
    );
  });

  it('show nearly all pairs of neighbours that were swapped', () => {
    // What comes before a pair counts by one of 36 values, each of which one sign alone stands for.
    const pairs = HEX.flatMap((a) => HEX.filter((b) => b !== a).map((b) => [a, b] as const));
    const before = [...HEX, ...'GHIJKLMNOPQRSTUVWXYZ'];
    const swapped = before.flatMap((sign) => pairs.map(([a, b]) => [sign + a + b, sign + b + a] as const));
    const unseen = swapped.filter(([right, wrong]) => checkCharacter(right) === checkCharacter(wrong));
    expect(unseen.length / swapped.length).toBeLessThan(0.005);
  });

  it('of territories are those of ISO 3166', () => {
    expect(['ch', 'US-CA', 'GB'].map(territory)).toEqual(['CH', 'US-CA', 'GB']);
    expect(['UK', 'XX', 'Switzerland', 'CH-', 'EU', ''].map(territory)).toEqual(Array(6).fill(null));
  });
});
