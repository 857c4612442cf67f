import { parseArgs } from 'node:util';
import { LONGEST } from './render.js';
import { LIVE_LENGTH } from './run-clips.js';
import type { Split } from './types.js';

/** Every `of`-th, from the `number`-th on. */
export interface Part {
  readonly number: number;
  readonly of: number;
}

export interface Options {
  readonly media: readonly string[];
  readonly quick: boolean;
  /** Null = all. */
  readonly attacks: readonly string[] | null;
  /** s */
  readonly lengths: readonly number[];
  /** Clips a cell: attack, modality and length. */
  readonly clips: number;
  /** Of a title that is attacked for clips, at most, s. */
  readonly rendered: number;
  /** Of other references in the catalogue. */
  readonly hours: number;
  /** Of stream in which nothing of the catalogue shows. */
  readonly negativeHours: number;
  /** Negatives that have not begun after this many minutes are left out; 0 = all are taken. */
  readonly negativeMinutes: number;
  readonly negativePart: Part;
  readonly seed: number;
  readonly peers: boolean;
  readonly live: boolean;
  readonly negatives: boolean;
  readonly programme: boolean;
  readonly cost: boolean;
  readonly calibrate: boolean;
  /** Whose titles are the catalogue and are attacked; the other one's are strangers. */
  readonly split: Split;
  readonly misses: string | null;
  /** bench/results/NAME.json */
  readonly out: string;
  /** Whether it keeps what was not measured now. */
  readonly add: boolean;
}

const LENGTHS = [3, 5, 10, 20, 60];
const QUICK = { lengths: [10], clips: 8 };
const CLIPS = 40;

const HELP = `npm run bench:accuracy -- --media DIR [--media DIR]… [options]
  --quick            clips of 10 s only, 8 a cell; no peers, live, negatives, programme, cost unless asked for
  --attacks A,B      only these, by name or by how their names begin
  --lengths 3,10     of the clips, s (default ${LENGTHS.join(',')}, and ${LIVE_LENGTH} for live)
  --clips N          a cell: attack × modality × length (default ${CLIPS})
  --rendered N       of a title that is attacked for clips, at most, s (default ${LONGEST}); less is sooner done
  --hours N          of other references in the catalogue (default 100)
  --negative-hours N of stream with nothing of the catalogue in it (default 21)
  --negative-minutes N  no negative begins after so many minutes of them: what is done by then is what counts
  --negative-part K/N  only every N-th of them, from the K-th on: a part of the work, for a run of its own
  --peers --live --negatives --programme --cost
                     these parts; without any of them and without --quick, --attacks or --lengths: all of them
  --split tune       titles of the other split, to try changes on (default judge)
  --calibrate        only this: wrong evidence of negatives, the tail fitted to it
  --misses DIR       JSON lines of what was missed, with the best evidence seen; with --calibrate of what was wrong
  --seed N           of clips and renderings (default 1)
  --out NAME         bench/results/NAME.json (default accuracy)
  --add              keeps what is in it and was not measured now; parts of negatives are added up`;

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
      rendered: { type: 'string', default: String(LONGEST) },
      hours: { type: 'string', default: '100' },
      'negative-hours': { type: 'string', default: '21' },
      'negative-minutes': { type: 'string', default: '0' },
      'negative-part': { type: 'string', default: '1/1' },
      seed: { type: 'string', default: '1' },
      peers: { type: 'boolean', default: false },
      live: { type: 'boolean', default: false },
      negatives: { type: 'boolean', default: false },
      programme: { type: 'boolean', default: false },
      cost: { type: 'boolean', default: false },
      calibrate: { type: 'boolean', default: false },
      split: { type: 'string', default: 'judge' },
      misses: { type: 'string' },
      out: { type: 'string', default: 'accuracy' },
      add: { type: 'boolean', default: false },
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
    rendered: whole('rendered', values.rendered),
    hours: whole('hours', values.hours),
    negativeHours: whole('negative-hours', values['negative-hours']),
    negativeMinutes: whole('negative-minutes', values['negative-minutes']),
    negativePart: partOf(values['negative-part']),
    seed: whole('seed', values.seed),
    peers: values.peers || all,
    live,
    negatives: values.negatives || all,
    programme: values.programme || all,
    cost: values.cost || all,
    calibrate: values.calibrate,
    split: splitOf(values.split),
    misses: values.misses ?? null,
    out: values.out,
    add: values.add,
  };
}

function splitOf(name: string): Split {
  if (name !== 'judge' && name !== 'tune') throw new RangeError(`--split ${name}: there are judge and tune.`);
  return name;
}

function partOf(text: string): Part {
  const [number = Number.NaN, of = Number.NaN] = text.split('/').map(Number);
  if (!(Number.isInteger(number) && Number.isInteger(of) && number >= 1 && number <= of))
    throw new RangeError(`--negative-part ${text} is not like 1/3.`);
  return { number, of };
}

function whole(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new RangeError(`--${option} ${text} is no whole number.`);
  return value;
}
