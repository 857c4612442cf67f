import { describe, expect, it } from 'vitest';
import { Continuity } from '../../workers/decode/continuity.js';
import { displaySize, orientationOf, UPRIGHT } from '../../workers/decode/geometry.js';
import { GopGate } from '../../workers/decode/gop-gate.js';
import { DensePicker, EveryPicker, KeyPace, SparsePicker } from '../../workers/decode/pick.js';
import { licenceOf } from '../../workers/decode/status.js';

describe('the size of a picture', () => {
  it.each([
    [{ width: 1920, height: 1080 }, 1, { width: 320, height: 180 }],
    [{ width: 720, height: 576 }, 64 / 45, { width: 320, height: 180 }],
    [{ width: 720, height: 1280 }, 1, { width: 180, height: 320 }],
    [{ width: 4000, height: 20 }, 1, { width: 320, height: 32 }],
    [{ width: 20, height: 4000 }, 1, { width: 32, height: 320 }],
    [{ width: 640, height: 360 }, Number.NaN, { width: 320, height: 180 }],
    [{ width: 640, height: 360 }, 1e6, { width: 320, height: 180 }],
  ])('of %o with pixels of %d is %o', (coded, aspect, expected) => {
    expect(displaySize(coded, aspect, UPRIGHT)).toEqual(expected);
  });

  it('takes a display matrix that is too short for none', () => {
    expect(orientationOf(new Uint8Array(8))).toEqual(UPRIGHT);
  });
});

describe('continuity', () => {
  const row = (...times: number[]) => {
    const continuity = new Continuity();
    for (const time of times) continuity.add(time, 0.04);
    return continuity;
  };

  it('finds the hole in a row of frames', () => {
    expect(row(0, 0.04, 0.08, 2, 2.04).missing(0, 2.08)).toBeCloseTo(1.88);
  });

  it('finds what is missing in front and behind', () => {
    expect(row(5, 5.04).missing(0, 10)).toBeCloseTo(5 + 4.92);
  });

  it('takes slow frame rates and small differences for what they are', () => {
    expect(row(0, 0.2, 0.4, 0.6).missing(0, 0.8)).toBe(0);
    expect(row(0.3, 0.34).missing(0, 0.5)).toBe(0);
  });

  it('misses everything where there is nothing', () => {
    expect(new Continuity().missing(2, 5)).toBe(3);
  });
});

describe('the pace of key frames', () => {
  const taken = (pace: KeyPace, times: readonly number[]) => times.filter((time) => pace.takes(time));

  it('is kept on average, over the borders of segments', () => {
    const first = new KeyPace({ every: 3, due: null });
    expect(taken(first, [0, 2, 4, 6])).toEqual([0, 4, 6]);
    expect(first.leftOut).toBe(1);
    const second = new KeyPace({ every: 3, due: first.due });
    expect(taken(second, [8, 10, 12, 14])).toEqual([10, 12]);
  });

  it('takes everything where key frames lie further apart, or all are wanted', () => {
    expect(taken(new KeyPace({ every: 3, due: null }), [0, 5, 10, 15])).toEqual([0, 5, 10, 15]);
    expect(taken(new KeyPace({ every: 0, due: null }), [0, 1, 2])).toEqual([0, 1, 2]);
  });

  it('begins anew where time stamps do', () => {
    expect(taken(new KeyPace({ every: 3, due: 90_003 }), [0, 2, 4])).toEqual([0, 4]);
    expect(taken(new KeyPace({ every: 3, due: 3 }), [90_000, 90_002, 90_004])).toEqual([90_000, 90_004]);
  });

  it('tells a segment of which nothing was wanted from one that could not be decoded', () => {
    const pace = new KeyPace({ every: 3, due: 3 });
    expect(pace.tookNone).toBe(false);
    pace.takes(2);
    expect(pace.tookNone).toBe(true);
  });
});

describe('the gate in front of the decoder', () => {
  class Sent {
    readonly bytes = 1;
    released = false;
    constructor(readonly name: string) {}
    release() {
      this.released = true;
    }
  }
  const gateOf = (keysAlways: boolean, needed: (key: number, time: number) => boolean) => {
    const decoded: string[] = [];
    const sent: Sent[] = [];
    const gate = new GopGate<Sent>({
      keyNeeded: () => keysAlways,
      needed,
      decode: (packet, alone) => {
        decoded.push(alone ? `${packet.name} alone` : packet.name);
        packet.release();
      },
    });
    const offer = (name: string, isKey: boolean, time: number) => {
      const packet = new Sent(name);
      sent.push(packet);
      gate.offer(packet, isKey, time);
    };
    return { gate, decoded, sent, offer };
  };

  it('lets key packets through, and the rest of a group only when it turns out to be long', () => {
    const { gate, decoded, sent, offer } = gateOf(true, (key, time) => time - key > 3);
    offer('before the first key', false, 0);
    offer('K1', true, 1);
    offer('p2', false, 2);
    offer('K3', true, 3);
    offer('p4', false, 4);
    offer('p7', false, 7);
    offer('p8', false, 8);
    offer('K9', true, 9);
    offer('p10', false, 10);
    gate.finish(10.04);
    expect(decoded).toEqual(['K1 alone', 'K3', 'p4', 'p7', 'p8', 'K9 alone']);
    expect(sent.every((packet) => packet.released)).toBe(true);
  });

  it('decodes a group that is needed only for its last moment', () => {
    const { gate, decoded, offer } = gateOf(false, (_, time) => time >= 1.99);
    offer('K0', true, 0);
    offer('p1', false, 1);
    offer('K2', true, 2);
    gate.close();
    expect(decoded).toEqual(['K0', 'p1', 'K2']);
  });

  it('does not hold back without bound', () => {
    const { decoded, offer } = gateOf(false, () => false);
    offer('K', true, 0);
    for (let i = 0; i < 5000; i++) offer('p', false, 0);
    expect(decoded.length).toBe(5001);
  });
});

describe('the choice of frames', () => {
  const taken = (
    picker: { takes(time: number, isKey: boolean): boolean },
    times: number[],
    keys: number[] = [],
  ) => times.filter((time) => picker.takes(time, keys.includes(time)));

  it('takes the first of each 0.2 s, though a container states whole milliseconds', () => {
    expect(taken(new DensePicker(), [0, 0.04, 0.199, 0.24, 0.4, 0.6, 0.61])).toEqual([0, 0.199, 0.4, 0.6]);
  });

  it('takes key frames, and others 2 s behind the last', () => {
    expect(taken(new SparsePicker(), [0, 1, 2, 3, 4.5, 5, 7], [0, 4.5])).toEqual([0, 2, 4.5, 7]);
  });

  it('takes none where none are asked for', () => {
    expect(taken(new EveryPicker(0), [0, 1, 2])).toEqual([]);
    expect(taken(new EveryPicker(2), [0, 1, 2, 3.5, 4])).toEqual([0, 2, 4]);
  });
});

describe('the licence of a build', () => {
  it.each([
    ['--enable-gpl --enable-version3', 'GPL 3 or later'],
    ['--enable-gpl', 'GPL 2 or later'],
    ['--enable-shared', 'LGPL 2.1 or later'],
    ['--enable-version3', 'LGPL 3 or later'],
    ['--enable-gpl --enable-nonfree', 'not redistributable (nonfree)'],
  ])('configured with %s is %s', (configuration, licence) => {
    expect(licenceOf(configuration)).toBe(licence);
  });
});
