import { MAX_EXCLUDED } from '../domain/catalogue.js';
import { unionOf } from '../domain/intervals.js';
import type { Interval } from '../domain/match.js';
import type { AssetFacts, LicenceWindow } from './asset-record.js';
import { eidr, type Identified, isan, isrc } from './identifiers.js';
import { territory } from './territories.js';

/** No reference is longer, s. */
export const LONGEST_REFERENCE = 96 * 3600;

/** What somebody says of an asset: of the right types, and not looked at any further. */
export type AssetInput = Partial<AssetFacts>;

/** A field that cannot be used. */
export interface InputProblem {
  /** JSON pointer: `/territories/2`. */
  readonly pointer: string;
  /** A sentence that names what was given. */
  readonly detail: string;
}

/**
 * What is said of an asset, as it is kept: identifiers held to their check characters and written in one way,
 * territories to ISO 3166, languages to BCP 47, windows and intervals in order.
 * @returns only what was said, and each field that cannot be used
 */
export function checkedFacts(input: AssetInput): {
  readonly facts: Partial<AssetFacts>;
  readonly problems: readonly InputProblem[];
} {
  const problems: InputProblem[] = [];
  const problem = (pointer: string, detail: string) => problems.push({ pointer, detail });
  const identified = (name: 'eidr' | 'isan' | 'isrc', read: (text: string) => Identified) => {
    const text = input[name];
    if (text === undefined || text === null) return text === null ? { [name]: null } : {};
    const outcome = read(text);
    if ('id' in outcome) return { [name]: outcome.id };
    problem(`/${name}`, `${text} ${outcome.problem}.`);
    return {};
  };
  const territoriesOf = (texts: readonly string[], pointer: string): string[] => {
    const known = texts.flatMap((text, i) => {
      const code = territory(text);
      if (code === null)
        problem(
          `${pointer}/${i}`,
          `${text} is no territory: ISO 3166 has two letters, such as CH, or US-CA.`,
        );
      return code ?? [];
    });
    return [...new Set(known)].sort();
  };
  const { territories, licenceWindows, titles, excluded } = input;
  const facts: Partial<AssetFacts> = {
    ...input,
    ...identified('eidr', eidr),
    ...identified('isan', isan),
    ...identified('isrc', isrc),
    ...(territories && { territories: territoriesOf(territories, '/territories') }),
    ...(titles && { titles: titlesOf(titles, problem) }),
    ...(licenceWindows && {
      licenceWindows: licenceWindows.map((window, i) => {
        const pointer = `/licenceWindows/${i}`;
        checkWindow(window, pointer, problem);
        return { ...window, territories: territoriesOf(window.territories, `${pointer}/territories`) };
      }),
    }),
    ...(excluded && { excluded: intervalsOf(excluded, problem) }),
  };
  return { facts, problems };
}

type Tell = (pointer: string, detail: string) => void;

function titlesOf(titles: AssetFacts['titles'], problem: Tell): Record<string, string> {
  const known: [string, string][] = [];
  for (const [language, title] of Object.entries(titles)) {
    const written = languageOf(language);
    if (written) known.push([written, title]);
    else problem(`/titles/${language}`, `${language} is no language: BCP 47 has tags such as en or de-CH.`);
  }
  return Object.fromEntries(known.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function languageOf(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

function checkWindow({ from, to }: LicenceWindow, pointer: string, problem: Tell): void {
  if (from !== null && to !== null && Date.parse(from) >= Date.parse(to))
    problem(`${pointer}/to`, `The window ends at ${to}, and that is not after ${from}.`);
}

function intervalsOf(intervals: readonly Interval[], problem: Tell): Interval[] {
  for (const [i, { start, end }] of intervals.entries())
    if (!(start < end && end <= LONGEST_REFERENCE))
      problem(
        `/excluded/${i}/end`,
        `${start}–${end} s is no interval: its end must lie after its start, and not after ${LONGEST_REFERENCE} s.`,
      );
  const union = unionOf(intervals);
  if (union.length > MAX_EXCLUDED)
    problem('/excluded', `An asset can have ${MAX_EXCLUDED} excluded intervals, not ${union.length}.`);
  return union;
}

/** What an asset is of which little was said. */
export function wholeFacts(facts: Partial<AssetFacts> & Pick<AssetFacts, 'title'>): AssetFacts {
  return {
    ...{ titles: {}, eidr: null, isan: null, isrc: null, rightsHolder: null },
    ...{ territories: [], licenceWindows: [], excluded: [], policy: 'alert' },
    ...facts,
  };
}
