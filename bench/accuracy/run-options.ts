import { parseArgs } from 'node:util';
import { LIVE_LENGTH } from './run-clips.js';

export interface Options {
  readonly media: readonly string[];
  readonly quick: boolean;
  /** Null = all. */
  readonly attacks: readonly string[] | null;
  /** s */
  readonly lengths: readonly number[];
  /** Clips a cell: attack, modality and length. */
  readonly clips: number;
  /** Of other references in the catalogue. */
  readonly hours: number;
  /** Of stream in which nothing of the catalogue shows. */
  readonly negativeHours: number;
  readonly seed: number;
  readonly peers: boolean;
  readonly live: boolean;
  readonly negatives: boolean;
  readonly programme: boolean;
  readonly cost: boolean;
  readonly calibrate: boolean;
  readonly misses: string | null;
  /** bench/results/NAME.json */
  readonly out: string;
}

const LENGTHS = [3, 5, 10, 20, 60];
const QUICK = { lengths: [10], clips: 8 };
const CLIPS = 40;

const HELP = `npm run bench:accuracy -- --media DIR [--media DIR]… [options]
  --quick            clips of 10 s only, 8 a cell; no peers, live, negatives, programme, cost unless asked for
  --attacks A,B      only these, by name or by how their names begin
  --lengths 3,10     of the clips, s (default ${LENGTHS.join(',')}, and ${LIVE_LENGTH} for live)
  --clips N          a cell: attack × modality × length (default ${CLIPS})
  --hours N          of other references in the catalogue (default 100)
  --negative-hours N of stream with nothing of the catalogue in it (default 21)
  --peers --live --negatives --programme --cost
                     these parts; without any of them and without --quick, --attacks or --lengths: all of them
  --calibrate        only this: wrong evidence of negatives, the tail fitted to it
  --misses DIR       JSON lines of what was missed, with the best evidence seen
  --seed N           of clips and renderings (default 1)
  --out NAME         bench/results/NAME.json (default accuracy)`;

/** Null when help was asked for, and given. Throws when an option makes no sense. */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      media: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      attacks: { type: 'string' },
      lengths: { type: 'string' },
      clips: { type: 'string' },
      hours: { type: 'string', default: '100' },
      'negative-hours': { type: 'string', default: '21' },
      seed: { type: 'string', default: '1' },
      peers: { type: 'boolean', default: false },
      live: { type: 'boolean', default: false },
      negatives: { type: 'boolean', default: false },
      programme: { type: 'boolean', default: false },
      cost: { type: 'boolean', default: false },
      calibrate: { type: 'boolean', default: false },
      misses: { type: 'string' },
      out: { type: 'string', default: 'accuracy' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return null;
  }
  if (values.media.length === 0) throw new RangeError(`--media is missing.\n${HELP}`);
  const asked = values.peers || values.live || values.negatives || values.programme || values.cost;
  const all = !(asked || values.quick || values.attacks || values.lengths);
  const live = values.live || all;
  const lengths = values.lengths
    ? values.lengths.split(',').map((length) => whole('lengths', length))
    : values.quick
      ? QUICK.lengths
      : LENGTHS;
  return {
    media: values.media,
    quick: values.quick,
    attacks: values.attacks?.split(',') ?? null,
    lengths: live && !lengths.includes(LIVE_LENGTH) ? [...lengths, LIVE_LENGTH] : lengths,
    clips: values.clips ? whole('clips', values.clips) : values.quick ? QUICK.clips : CLIPS,
    hours: whole('hours', values.hours),
    negativeHours: whole('negative-hours', values['negative-hours']),
    seed: whole('seed', values.seed),
    peers: values.peers || all,
    live,
    negatives: values.negatives || all,
    programme: values.programme || all,
    cost: values.cost || all,
    calibrate: values.calibrate,
    misses: values.misses ?? null,
    out: values.out,
  };
}

function whole(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new RangeError(`--${option} ${text} is no whole number.`);
  return value;
}
