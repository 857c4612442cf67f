import { describe, expect, it } from 'vitest';
import { materialOf, metadataCsv, OTHERS, TITLES, titleOf } from '../../samples/catalogue.js';
import { CHANNELS, channelSeconds } from '../../samples/channels.js';
import { screen } from '../../samples/material.js';
import { Canvas } from '../../samples/picture/canvas.js';
import { channelReel } from '../../samples/reel.js';
import { SOUND_RATE } from '../../samples/sound/track.js';
import { truthOf } from '../../samples/truth.js';

const truth = truthOf(1, 'demo');
const entries = truth.channels.flatMap(({ programme }) => programme);

describe('the pirate channels', () => {
  it('never show a material beyond its end', () => {
    for (const item of CHANNELS.flatMap(({ items }) => items))
      for (const [material, from] of [item.picture, item.sound])
        expect(from + item.length * item.speed).toBeLessThanOrEqual(materialOf(material).duration);
  });

  it('are as long as each other, in whole segments, and begin with something that is not registered', () => {
    for (const channel of CHANNELS) {
      expect(channelSeconds(channel)).toBe(84);
      expect(titleOf(channel.items[0]!.picture[0])).toBeNull();
      expect(channel.items[0]!.length).toBeGreaterThanOrEqual(8);
    }
  });

  it('carry every kind of attack, adverts in between, and one has nothing of the catalogue', () => {
    const all = entries.map(({ transformation }) => transformation).join('; ');
    for (const attack of [
      're-encoded',
      'logo',
      'ticker',
      'cropped 10 %',
      'speed +4 %',
      'mirrored',
      'other sound',
    ])
      expect(all).toContain(attack);
    const clean = truth.channels.filter(({ programme }) =>
      programme.every(({ assetId }) => assetId === null),
    );
    expect(clean.map(({ id }) => id)).toEqual(['town-square']);
    expect(OTHERS.some(({ id }) => titleOf(id))).toBe(false);
  });

  it('have a truth without holes, in which a changed speed need not be found yet', () => {
    for (const { programme, seconds } of truth.channels) {
      expect(programme[0]!.streamStart).toBe(0);
      expect(programme.at(-1)!.streamEnd).toBe(seconds);
      programme.slice(1).forEach((entry, n) => {
        expect(entry.streamStart).toBe(programme[n]!.streamEnd);
      });
    }
    for (const entry of entries.filter(({ assetId }) => assetId)) expect(entry.expected).toBe('detected');
  });

  it('show and play what the truth says, at its place', () => {
    const channel = CHANNELS.find(({ id }) => id === 'mirror-world')!;
    const reel = channelReel(channel);
    const { entry, item } = {
      entry: truth.channels.find(({ id }) => id === channel.id)!.programme[1]!,
      item: channel.items[1]!,
    };
    const time = entry.streamStart + 2;
    const shown = reel.picture(time * 25);
    const own = screen(materialOf(entry.assetId!));
    const canvas = new Canvas();
    own.paint(canvas, entry.referenceStart! + 2);
    for (const x of [0, 17, 160, 319]) expect(shown[90 * 320 + x]).toBe(canvas.pixels[90 * 320 + 319 - x]);
    const from = (item.sound[1] + 2) * SOUND_RATE;
    const heard = reel.sound.subarray(time * SOUND_RATE, time * SOUND_RATE + 100);
    expect([...heard]).toEqual([...own.sound.subarray(from, from + 100)]);
  });
});

describe('the metadata of the catalogue', () => {
  it('has a row a title, with identifiers of the usual form', () => {
    const rows = metadataCsv(({ id }) => `${id}.mp4`)
      .trim()
      .split('\n');
    expect(rows).toHaveLength(TITLES.length + 1);
    for (const title of TITLES) {
      expect(title.eidr).toMatch(/^10\.5240\/([0-9A-F]{4}-){5}[A-Z]$/);
      expect(title.isan).toMatch(
        /^[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[A-Z]-[0-9A-F]{4}-[0-9A-F]{4}-[A-Z]$/,
      );
      if (title.isrc) expect(title.isrc).toMatch(/^[A-Z]{2}-[A-Z0-9]{3}-\d{2}-\d{5}$/);
    }
    expect(new Set(TITLES.map(({ eidr }) => eidr)).size).toBe(TITLES.length);
  });
});
