import { expect, test } from 'vitest';
import { optionsFrom } from '../../../bench/channels/options.js';
import { merged, type RunRow } from '../../../bench/channels/results.js';

const row = (transport: string, mode: string, channels: number, recall: number): RunRow => ({
  ...{ transport, mode, channels, recall, maxChannels: null },
});

test('A run takes the place of the one with its transport, mode and number of channels; the others stay', () => {
  const kept = [row('embedded', 'central', 120, 0.8), row('kafka', 'central', 72, 0.7)];
  const fresh = [
    row('kafka', 'edge', 72, 0.6),
    row('embedded', 'central', 120, 0.9),
    row('embedded', 'central', 24, 1),
  ];
  expect(
    merged(kept, fresh).map(({ transport, mode, channels, recall }) => [transport, mode, channels, recall]),
  ).toEqual([
    ['embedded', 'central', 24, 1],
    ['embedded', 'central', 120, 0.9],
    ['kafka', 'central', 72, 0.7],
    ['kafka', 'edge', 72, 0.6],
  ]);
});

test('Options have defaults, and what makes no sense is refused by name', () => {
  expect(optionsFrom([])).toMatchObject({
    channels: 120,
    minutes: 10,
    transport: 'embedded',
    mode: 'central',
    referenceHours: 1000,
  });
  expect(() => optionsFrom(['--channels', 'many'])).toThrow('--channels is "many"');
  expect(() => optionsFrom(['--transport', 'pigeon'])).toThrow('--transport is "pigeon"');
});
