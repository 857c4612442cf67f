import { printTable } from '../lib/results.js';
import type { DetectionSaid } from './observations.js';
import { MAX_LAG, MAX_OPEN, type RunRow } from './results.js';
import type { Measured } from './run.js';

/** Detections and showings that went wrong are listed up to this many. */
const LISTED = 12;

/** A run, as people read it. */
export function print(row: RunRow, { score, cores, losses, notes }: Measured): void {
  const seconds = (value: number | null) => (value === null ? '–' : `${value.toFixed(2)} s`);
  const share = (value: number | null) => (value === null ? '–' : value.toFixed(3));
  const { segments } = score;
  printTable(
    `${row.channels} channels, transport ${row.transport}, ${row.mode}`,
    ['what', 'figure', 'target'],
    [
      ['kept up', score.realtime ? 'every channel' : 'no', 'every channel'],
      ['capture to match, p95', `${seconds(score.lagP95)} (p50 ${seconds(score.lagP50)})`, `${MAX_LAG} s`],
      [
        'first picture to detection, p95',
        `${seconds(score.openP95)} (p50 ${seconds(score.openP50)})`,
        `${MAX_OPEN} s`,
      ],
      [
        'segments matched',
        `${segments.matched} of ${segments.announced}, ${segments.missing} the server had not`,
        '',
      ],
      ['segments dropped', String(segments.dropped), '0'],
      ['recall', `${share(score.recall)} (${score.found} of ${score.due})`, ''],
      [
        'precision',
        `${share(score.precision)} (${score.wrong} of ${score.opened} wrong, ${score.doubled} doubled)`,
        '',
      ],
      ['memory', `${row.rssStartMiB} MiB, at the end ${row.rssEndMiB}`, 'within 5 %'],
      ...Object.entries(cores).map(([name, busy]) => [`cores: ${name}`, busy.toFixed(2), '']),
      ...Object.entries(score.byAttack).map(([name, { due, found }]) => [
        `found: ${name}`,
        `${found} of ${due}`,
        '',
      ]),
    ],
  );
  for (const { channel, work, attack, start, end } of score.missed.slice(0, LISTED))
    console.log(`missed: ${work} (${attack}) on ${channel}, ${clock(start)} – ${clock(end)}`);
  list('wrong', score.wrongDetections);
  list('doubled', score.doubledDetections);
  const often = Object.entries(notes).sort(([, a], [, b]) => b - a);
  for (const [text, count] of often.slice(0, LISTED)) console.log(`said ${count} ×: ${text}`);
  for (const [reason, count] of Object.entries(losses))
    console.log(`lost, by its own account: ${count} × ${reason}`);
}

function list(what: string, detections: readonly DetectionSaid[]): void {
  for (const { channel, work, start, end, from } of detections.slice(0, LISTED))
    console.log(
      `${what}: ${work} on ${channel}, ${clock(start)} – ${clock(end)}, from ${from.toFixed(1)} s on`,
    );
}

const clock = (utc: number) => new Date(utc).toISOString().slice(11, 19);
