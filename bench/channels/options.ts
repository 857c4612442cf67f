import { parseArgs } from 'node:util';
import { StreamprintError } from '../../src/domain/errors.js';

const TRANSPORTS = ['embedded', 'kafka', 'none'] as const;
export type Transport = (typeof TRANSPORTS)[number];
const INDICES = ['embedded', 'elasticsearch'] as const;
export type Mode = 'monitor' | 'central' | 'edge';

export interface Options {
  readonly channels: number;
  readonly minutes: number;
  readonly transport: Transport;
  readonly mode: Mode;
  /** Where the references are. */
  readonly index: (typeof INDICES)[number];
  /** Whether Elasticsearch is killed in the middle of what is measured. */
  readonly killElasticsearch: boolean;
  /** Hours of other references in the index. */
  readonly referenceHours: number;
  /** Folder of films, music and photographs; null = generated works. */
  readonly media: string | null;
  /** Look for the highest number of channels that holds. */
  readonly findMax: boolean;
  /** How long each try of that is watched, min. */
  readonly findMinutes: number;
  /** From the start of the system to the first moment that counts, s. */
  readonly warmUp: number;
  readonly faults: boolean;
  readonly reels: number;
  readonly seed: number;
  /** Folder for profiles of the system's processes; null = none. */
  readonly profiles: string | null;
}

export const USAGE = `npm run bench:channels -- [--channels 120] [--minutes 10] [--transport embedded|kafka|none]
  [--mode central|edge] [--index embedded|elasticsearch] [--kill-elasticsearch] [--reference-hours 1000] [--media DIR] [--find-max] [--find-minutes 3] [--warm-up 90]
  [--no-faults] [--reels 6] [--seed 1] [--profiles DIR]
--transport embedded is \`streamprint serve\`, kafka is \`probe\` and \`worker\` with a broker between them (--mode edge: what
is sent is fingerprints), none is \`streamprint monitor\`, one process without a bus. With --index elasticsearch the
references lie on a node beside the broker; --kill-elasticsearch ends it with kill -9 half-way, for ten seconds.`;

/** @throws SP_USAGE */
export function optionsFrom(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      channels: { type: 'string', default: '120' },
      minutes: { type: 'string', default: '10' },
      transport: { type: 'string', default: 'embedded' },
      mode: { type: 'string', default: 'central' },
      index: { type: 'string', default: 'embedded' },
      'kill-elasticsearch': { type: 'boolean', default: false },
      'reference-hours': { type: 'string', default: '1000' },
      media: { type: 'string' },
      'find-max': { type: 'boolean', default: false },
      'find-minutes': { type: 'string', default: '3' },
      'warm-up': { type: 'string', default: '90' },
      'no-faults': { type: 'boolean', default: false },
      reels: { type: 'string', default: '6' },
      seed: { type: 'string', default: '1' },
      profiles: { type: 'string' },
    },
  });
  const transport = oneOf('transport', values.transport, TRANSPORTS);
  return {
    channels: number('channels', values.channels, 1, 2000),
    minutes: number('minutes', values.minutes, 0.5, 24 * 60),
    transport,
    mode: modeOf(transport, values.mode),
    ...indexOf(transport, values.index, values['kill-elasticsearch']),
    referenceHours: number('reference-hours', values['reference-hours'], 0, 100_000),
    media: values.media ?? null,
    findMax: values['find-max'],
    findMinutes: number('find-minutes', values['find-minutes'], 0.5, 24 * 60),
    warmUp: number('warm-up', values['warm-up'], 0, 3600),
    faults: !values['no-faults'],
    reels: number('reels', values.reels, 1, 100),
    seed: number('seed', values.seed, 0, 2 ** 31),
    profiles: values.profiles ?? null,
  };
}

function modeOf(transport: Transport, text: string): Mode {
  if (transport === 'none') return 'monitor';
  return oneOf('mode', text, ['central', 'edge']);
}

function indexOf(
  transport: Transport,
  text: string,
  killElasticsearch: boolean,
): Pick<Options, 'index' | 'killElasticsearch'> {
  const index = oneOf('index', text, INDICES);
  if (index === 'elasticsearch' && transport !== 'kafka')
    throw new StreamprintError('SP_USAGE', '--index elasticsearch needs --transport kafka.');
  if (killElasticsearch && index !== 'elasticsearch')
    throw new StreamprintError('SP_USAGE', '--kill-elasticsearch needs --index elasticsearch.');
  return { index, killElasticsearch };
}

function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new StreamprintError(
    'SP_USAGE',
    `--${name} is "${text}": it must be a number from ${least} to ${most}.`,
  );
}

function oneOf<const T extends string>(name: string, text: string, all: readonly T[]): T {
  const found = all.find((one) => one === text);
  if (found) return found;
  throw new StreamprintError('SP_USAGE', `--${name} is "${text}": it must be one of ${all.join(', ')}.`);
}
