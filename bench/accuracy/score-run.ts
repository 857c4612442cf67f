import fs from 'node:fs';
import path from 'node:path';
import type { Candidate } from '../../src/matching/candidates.js';
import type { MediaPool } from '../../src/media/media-pool.js';
import { printTable, ROOT, writeResults } from '../lib/results.js';
import { Catalogue } from './run-catalogue.js';
import { firstHours, type NegativeAnswer, runNegatives } from './run-negatives.js';
import type { Options } from './run-options.js';
import { constantsOf, KINDS, WrongEvidence } from './score-calibrate.js';
import { survivalPlot } from './score-plot.js';
import type { Material } from './types.js';

/**
 * Titles of the tune split are the catalogue, and the streams are made of the other split with another seed:
 * neither these titles nor these streams are those that are judged.
 */
export async function calibrate(material: Material, pool: MediaPool, options: Options): Promise<void> {
  const titles = material.titles.filter((title) => title.split === 'tune');
  const strangers = material.titles.filter((title) => title.split === 'judge');
  const catalogue = await Catalogue.build(pool, titles, strangers, options.hours);
  const efforts = { thorough: new WrongEvidence(), live: new WrongEvidence() };
  const name = ({ line }: Candidate) => catalogue.titleOf(line.fingerprintId) ?? 'another reference';
  let failed = 0;
  try {
    const { hours: catalogueHours } = await catalogue.index.stats();
    const negatives = firstHours(material.negatives('judge', options.seed + 1), options.negativeHours);
    for await (const answer of runNegatives(pool, catalogue, negatives, options.negativeMinutes)) {
      if ('error' in answer) {
        failed++;
        continue;
      }
      for (const [effort, evidence] of Object.entries(efforts)) {
        const { candidates } = answer[effort as keyof typeof efforts];
        evidence.add(answer, candidates, name);
        if (options.misses) keep(options.misses, effort, answer, candidates, name);
      }
    }
    report(efforts);
    plot(efforts, catalogueHours);
    writeResults(
      'negatives-evidence',
      { catalogueHours, failed, ...efforts },
      { hours: options.hours, seed: options.seed, split: 'tune' },
    );
  } finally {
    await catalogue.close();
  }
}

/** Adds a line of JSON with the wrong candidates of one stream, so that they can be looked at one by one. */
function keep(
  folder: string,
  effort: string,
  { negative, seconds }: Pick<NegativeAnswer, 'negative' | 'seconds'>,
  candidates: readonly Candidate[],
  name: (candidate: Candidate) => string,
): void {
  const wrong = candidates.map((candidate) => {
    const { stream, soundEvidence, pictureEvidence } = candidate;
    return { title: name(candidate), stream, soundEvidence, pictureEvidence };
  });
  fs.mkdirSync(folder, { recursive: true });
  const line = JSON.stringify({ effort, negative: negative.name, kind: negative.kind, seconds, wrong });
  fs.appendFileSync(path.join(folder, 'wrong.jsonl'), `${line}\n`);
}

function report(efforts: Record<string, WrongEvidence>): void {
  const rows = Object.entries(efforts).flatMap(([effort, evidence]) =>
    KINDS.flatMap((kind) => {
      const tail = evidence.tail(kind);
      if (!tail) return [];
      const { falseAtZeroPerDay, shrink, atOneAYear } = constantsOf(tail);
      return [
        [
          effort,
          kind,
          tail.u.toFixed(2),
          `${tail.perHour.toFixed(2)} ± ${tail.perHourError.toFixed(2)}`,
          `${tail.beta.toFixed(2)} ± ${tail.betaError.toFixed(2)}`,
          falseAtZeroPerDay.toExponential(2),
          shrink.toFixed(3),
          atOneAYear.toFixed(1),
        ],
      ];
    }),
  );
  printTable(
    'False matches a day = FALSE_AT_ZERO × exp(−SHRINK × evidence); evidence at which that is one a year',
    ['effort', 'evidence', 'u', 'rate/h at u', 'β', 'FALSE_AT_ZERO', 'SHRINK', 'one a year at'],
    rows,
  );
}

function plot(efforts: Record<string, WrongEvidence>, catalogueHours: number): void {
  for (const [effort, evidence] of Object.entries(efforts)) {
    const series = KINDS.map((kind) => ({
      name: kind,
      values: evidence.values(kind),
      tail: evidence.tail(kind),
    }));
    const title = `${effort}: ${evidence.hours.toFixed(1)} h of stream against ${catalogueHours.toFixed(0)} h of catalogue`;
    const file = path.join(ROOT, 'docs', 'images', `negatives-${effort}.svg`);
    fs.writeFileSync(file, survivalPlot(title, series, evidence.hours));
    console.log(`written to ${path.relative(process.cwd(), file)}`);
  }
}
