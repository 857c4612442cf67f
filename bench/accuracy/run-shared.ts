import type { Interval } from '../../src/domain/match.js';
import { decodeWhole } from '../../src/lookup/match-media.js';
import type { MediaPool } from '../../src/media/media-pool.js';
import { type Found, judge } from './judge.js';
import type { Catalogue } from './run-catalogue.js';
import { matchAll } from './run-match.js';
import { say } from './run-progress.js';
import type { Appearance, SharedContent } from './types.js';

/** How a stream came out that shares a part with a title, whose third-party material is excluded. */
export interface SharedFigures {
  readonly name: string;
  readonly expected: string;
  /** Of what shows of the title and is its own. */
  readonly found: number;
  readonly appearances: number;
  /** Matches that claim what is excluded, or not the title at all. */
  readonly falseDetections: number;
}

/** Each title is registered for its own stream only. */
export async function runShared(
  pool: MediaPool,
  catalogue: Catalogue,
  shared: readonly SharedContent[],
): Promise<SharedFigures[]> {
  const figures: SharedFigures[] = [];
  for (const content of shared) {
    say(`shared content: ${content.name} …`);
    const excluded = content.excluded.map(([start, end]) => ({ start, end }));
    const remove = await catalogue.add(pool, content.title, excluded);
    const { matches } = await matchAll(catalogue.index, await decodeWhole(pool, content.file), 'both');
    await remove();
    figures.push(judgeShared(content, matches));
  }
  return figures;
}

export function judgeShared(content: SharedContent, matches: readonly Found[]): SharedFigures {
  const own = content.appearances.filter((appearance) => !isExcluded(appearance, content.excluded));
  const found = own.filter(({ title, attack, start, end, titleStart }) => {
    const truth = {
      titleId: title.id,
      offset: titleStart - attack.speed * start,
      speed: attack.speed,
      stream: { start, end },
      repeats: [],
    };
    return judge(matches, truth, 'both').hit;
  });
  const wrong = matches.filter(
    (match) => match.assetId !== content.title.id || !own.some((shown) => liesMostlyIn(match.stream, shown)),
  );
  return {
    name: content.name,
    expected: content.expected,
    found: found.length,
    appearances: own.length,
    falseDetections: wrong.length,
  };
}

function isExcluded({ attack, start, end, titleStart }: Appearance, excluded: SharedContent['excluded']) {
  const middle = titleStart + (attack.speed * (end - start)) / 2;
  return excluded.some(([from, to]) => middle >= from && middle <= to);
}

function liesMostlyIn(match: Interval, shown: Interval): boolean {
  const shared = Math.min(match.end, shown.end) - Math.max(match.start, shown.start);
  return shared > (match.end - match.start) / 2;
}
