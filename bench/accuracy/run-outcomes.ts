import fs from 'node:fs';
import path from 'node:path';
import type { Seconds } from '../../fingerprints/units.js';
import type { FingerprintId } from '../../src/domain/ids.js';
import type { Interval } from '../../src/domain/match.js';
import { evidenceOf } from '../../src/matching/candidates.js';
import { falseMatches, judge, shownInterval, type Truth, type Verdict } from './judge.js';
import type { Answer } from './run-match.js';
import { say } from './run-progress.js';
import type { Clip, Modality } from './types.js';

/** What came of one clip in one modality. */
export interface Outcome extends Verdict {
  /** `streamprint`, `streamprint-live`, or a peer. */
  readonly system: string;
  readonly modality: Modality;
  readonly attack: string;
  /** s */
  readonly length: number;
  readonly titleId: string;
  readonly file: string;
  /** Titles that it was taken for, though they share nothing with it. */
  readonly falseTitles: readonly string[];
  /** Why it could not be judged: it counts as not found. */
  readonly failure: string | null;
}

export type ClipFacts = Pick<Outcome, 'attack' | 'length' | 'titleId' | 'file'>;

/** What is asked of a catalogue to judge an answer. */
export interface Known {
  shares(titleId: string, sources: readonly string[]): boolean;
  titleOf(id: FingerprintId): string | null;
  /** Where else a title sounds as it does in a stretch of it, as `repeatsOf` says. */
  repeats(titleId: string, stretch: Interval): Seconds[];
}

/** Judges answers, keeps what came of each, and writes down what was missed. */
export class Outcomes {
  readonly all: Outcome[] = [];

  /** @param misses folder for a file of JSON lines a system: what was missed, with the best evidence seen */
  constructor(
    private readonly known: Known,
    private readonly misses: string | null,
  ) {
    if (misses) fs.mkdirSync(misses, { recursive: true });
  }

  answer(system: string, clip: Clip, modality: Modality, answer: Answer): void {
    const { title, attack } = clip.rendering;
    const wrong = falseMatches(answer.matches, (id) => this.known.shares(id, title.sources));
    for (const match of wrong)
      say(
        `FALSE: ${clip.file} (${title.id}, ${attack.name}, ${modality}, ${system}) taken for ${match.assetId}, ${match.expectedFalsePerDay.toExponential(1)} false a day`,
      );
    const verdict = judge(answer.matches, truthOf(clip, modality, this.known), modality);
    const falseTitles = wrong.map((match) => match.assetId);
    this.#keep({ system, modality, ...factsOf(clip), ...verdict, falseTitles, failure: null }, () =>
      this.#evidence(clip, answer),
    );
  }

  /** Something that could not be decoded or made. */
  failure(system: string, clip: ClipFacts, modalities: readonly Modality[], error: Error): void {
    say(`FAILED: ${clip.file} (${clip.titleId}, ${clip.attack}): ${error.message}`);
    const nothing = { hit: false, startError: null, endError: null, falseTitles: [] };
    for (const modality of modalities)
      this.#keep({ system, modality, ...clip, ...nothing, failure: error.message }, () => ({}));
  }

  #keep(outcome: Outcome, evidence: () => object): void {
    this.all.push(outcome);
    if (outcome.hit || !this.misses) return;
    const line = JSON.stringify({ ...outcome, ...evidence() });
    fs.appendFileSync(path.join(this.misses, `${outcome.system}.jsonl`), `${line}\n`);
  }

  /** The best evidence, nats, for the title that it is and for one that it cannot be. */
  #evidence(clip: Clip, { candidates }: Answer) {
    const { title } = clip.rendering;
    const best = { rightEvidence: 0, wrongEvidence: 0, wrongTitle: null as string | null };
    for (const candidate of candidates) {
      const evidence = evidenceOf(candidate);
      const titleId = this.known.titleOf(candidate.line.fingerprintId);
      if (titleId === title.id) best.rightEvidence = Math.max(best.rightEvidence, evidence);
      else if (evidence > best.wrongEvidence && !(titleId && this.known.shares(titleId, title.sources))) {
        best.wrongEvidence = evidence;
        best.wrongTitle = titleId ?? 'another reference';
      }
    }
    return best;
  }
}

export function factsOf(clip: Clip): ClipFacts {
  const { title, attack } = clip.rendering;
  return { attack: attack.name, length: clip.length, titleId: title.id, file: clip.file };
}

/** The line of a clip, and what of it lies within the title. Of pictures none is the same again to the pixel. */
export function truthOf(clip: Clip, modality: Modality, known: Pick<Known, 'repeats'>): Truth {
  const { title, attack, titleStart } = clip.rendering;
  const offset = titleStart + attack.speed * clip.start;
  const { speed } = attack;
  const stream = shownInterval(offset, title.duration, speed, clip.length);
  const shown = { start: speed * stream.start + offset, end: speed * stream.end + offset };
  const repeats = modality === 'audio' ? known.repeats(title.id, shown) : [];
  return { titleId: title.id, offset, speed, stream, repeats };
}
