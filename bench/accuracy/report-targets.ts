import type { Cost } from './cost.js';
import type { NegativeFigures } from './negative-figures.js';
import { type Row, rowOf } from './report-rows.js';
import type { Outcome } from './run-outcomes.js';
import type { Modality } from './types.js';

/** A figure that must be shown: the recall of some attacks, each by itself or all together. */
export interface Target {
  readonly what: string;
  readonly modality: Modality;
  readonly length: number;
  readonly attacks: RegExp;
  readonly recall: number;
  readonly together?: true;
}

const target = (what: string, modality: Modality, attacks: RegExp, recall: number, length = 10): Target => ({
  what,
  modality,
  attacks,
  recall,
  length,
});

export const TARGETS: readonly Target[] = [
  target('both, every single attack', 'both', /^(?!muted|replaced|black|chain)/, 0.99),
  target(
    'pictures alone: usual attacks',
    'video',
    /^(identity|reencode|logo|subtitles|crop|letterbox|pillarbox|squeeze|fps|speed|tempo|colour|gamma|grey|contrast|blur|drops|loss|mirrored)/,
    0.95,
  ),
  target('pictures alone: PiP 60 %, split screen', 'video', /^(pip-60|split)/, 0.9),
  target('pictures alone: zoom off centre, PiP 40 %, filmed', 'video', /^(zoom-1.25-off|pip-40|filmed)/, 0.8),
  target(
    'sound alone: usual attacks',
    'audio',
    /^(aac|lowpass|compression|reverb|speed|tempo|pitch|talkover-0)/,
    0.98,
  ),
  target('sound alone: speech 6 dB louder', 'audio', /^talkover-6/, 0.95),
  target('sound alone: pink noise at 0 dB', 'audio', /^pink/, 0.9),
  target('sound alone: speech 12 dB louder', 'audio', /^talkover-12/, 0.78),
  target('3 s, identity and re-encode', 'both', /^(identity|reencode)/, 0.95, 3),
  { ...target('5 s, chains of three', 'both', /^chain/, 0.92, 5), together: true },
];

/** Ends, s: median and 95 % of all hits at 10 s. */
export const PLACE_TARGETS = [
  { what: 'ends, with sound', modalities: ['both', 'audio'], median: 0.05, p95: 0.3 },
  { what: 'ends, pictures alone', modalities: ['video'], median: 0.3, p95: 1.5 },
] as const;

/** Recall of the effort for streams, as a share of the thorough one's. */
export const LIVE_SHARE = 0.97;

export function targetOf(row: Row): Target | null {
  return (
    TARGETS.find(
      (one) =>
        one.modality === row.modality &&
        one.length === row.length &&
        !one.together &&
        one.attacks.test(row.attack),
    ) ?? null
  );
}

export interface Shown {
  readonly what: string;
  readonly target: string;
  readonly reached: string;
  readonly met: boolean;
}

/** All that a run has found. */
export interface Results {
  readonly outcomes: readonly Outcome[];
  readonly rows: readonly Row[];
  readonly negatives: NegativeFigures | null;
  readonly cost: Cost | null;
}

/** What was to be shown against what was reached; the worst attack stands for all that are asked for each. */
export function shown({ outcomes, rows, negatives, cost }: Results): Shown[] {
  const ours = outcomes.filter((outcome) => outcome.system === 'streamprint');
  return [
    ...TARGETS.flatMap((one) => shownRecall(one, ours)),
    ...PLACE_TARGETS.flatMap((one) => shownPlace(one, ours)),
    ...shownLive(outcomes),
    ...shownPeers(rows),
    ...(negatives ? [shownNegatives(negatives)] : []),
    ...(cost ? shownCost(cost) : []),
  ];
}

function shownRecall(one: Target, outcomes: readonly Outcome[]): Shown[] {
  const those = outcomes.filter(
    (o) => o.modality === one.modality && o.length === one.length && one.attacks.test(o.attack),
  );
  if (those.length === 0) return [];
  const names = one.together ? [null] : [...new Set(those.map((o) => o.attack))];
  const rows = names.map((name) => rowOf(name === null ? those : those.filter((o) => o.attack === name)));
  const worst = rows.reduce((a, b) => (b.recall < a.recall ? b : a));
  const below = rows.filter((row) => row.recall < one.recall).length;
  const where = one.together ? '' : `${worst.attack}; ${rows.length - below} of ${rows.length} attacks met`;
  return [
    {
      what: one.what,
      target: percent(one.recall),
      reached: `${percent(worst.recall)} ${where}`.trim(),
      met: below === 0,
    },
  ];
}

function shownPlace(one: (typeof PLACE_TARGETS)[number], outcomes: readonly Outcome[]): Shown[] {
  const hits = outcomes.filter(
    (o) => o.hit && o.length === 10 && (one.modalities as readonly Modality[]).includes(o.modality),
  );
  if (hits.length === 0) return [];
  const { startMedian, startP95, endMedian, endP95 } = rowOf(hits);
  return (
    [
      ['start', startMedian, startP95],
      ['end', endMedian, endP95],
    ] as const
  ).map(([end, median, p95]) => ({
    what: `${one.what}: ${end}`,
    target: `median ${one.median} s, p95 ${one.p95} s`,
    reached: `median ${median} s, p95 ${p95} s`,
    met: (median ?? 0) <= one.median && (p95 ?? 0) <= one.p95,
  }));
}

function shownLive(outcomes: readonly Outcome[]): Shown[] {
  const live = outcomes.filter((o) => o.system === 'streamprint-live');
  if (live.length === 0) return [];
  const thorough = outcomes.filter((o) => o.system === 'streamprint' && o.length === live[0]!.length);
  const share = rowOf(live).recall / rowOf(thorough).recall;
  return [
    {
      what: 'live against thorough, 30 s',
      target: String(LIVE_SHARE),
      reached: share.toFixed(3),
      met: share >= LIVE_SHARE,
    },
  ];
}

function shownPeers(rows: readonly Row[]): Shown[] {
  const peers = rows.filter((row) => !row.system.startsWith('streamprint'));
  if (peers.length === 0) return [];
  const ahead = peers.filter((peer) =>
    rows.some(
      (row) =>
        row.system === 'streamprint' &&
        row.attack === peer.attack &&
        row.modality === peer.modality &&
        row.length === peer.length &&
        row.recall < peer.recall,
    ),
  );
  const where = ahead.map((row) => `${row.system} on ${row.attack}`).join(', ');
  return [
    {
      what: 'no peer finds more, on any attack',
      target: 'none',
      reached: `${ahead.length} of ${peers.length} cells${where && `: ${where}`}`,
      met: ahead.length === 0,
    },
  ];
}

function shownNegatives({ hours, falseDetections, liveFalseDetections }: NegativeFigures): Shown {
  return {
    what: 'false detections over 20 h of negatives',
    target: '0',
    reached: `${falseDetections} (live: ${liveFalseDetections}) over ${hours.toFixed(1)} h`,
    met: falseDetections + liveFalseDetections === 0 && hours >= 20,
  };
}

function shownCost({ wholeWayOverDecode, followingOverDecode }: Cost): Shown[] {
  const figures = [
    ['whole way over decode alone, 10 % matching', wholeWayOverDecode, 0.7],
    ['the same, all matching', followingOverDecode, 0.85],
  ] as const;
  return figures.map(([what, value, least]) => ({
    what,
    target: String(least),
    reached: value.toFixed(3),
    met: value >= least,
  }));
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
