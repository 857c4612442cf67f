import { StreamprintError } from '../../domain/errors.js';
import type { InitSection, SegmentKey } from '../hls/playlist-types.js';
import type { Seconds } from '../seconds.js';
import { type DashSegment, segmentsOf } from './segments.js';
import { childOf, childrenOf, durationOf, type Element, numberOf, parseXml } from './xml.js';

export type Kind = 'video' | 'audio';

/** One rendition of a period. */
export interface Representation {
  readonly kind: Kind;
  readonly id: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly bandwidth: number;
  readonly codecs: string;
  readonly init: InitSection | null;
  readonly key: SegmentKey | null;
  /** Absolute references, or relative to the manifest. */
  readonly segments: readonly DashSegment[];
}

export interface Manifest {
  readonly live: boolean;
  /** In the order of time. */
  readonly periods: readonly (readonly Representation[])[];
  /** Longest segment as announced, or a usual one. */
  readonly targetDuration: Seconds;
}

const MOST_PERIODS = 200;
const MOST_REPRESENTATIONS = 200;
const USUAL: Seconds = 4;

/**
 * Reads a manifest of MPEG-DASH (ISO/IEC 23009-1): templates with and without a time line, and lists of segments.
 * @param now of the server, ms UTC, for live presentations
 * @throws SP_PLAYLIST for what is none, or holds nothing that can be followed
 */
export function parseManifest(text: string, shown: string, now: number): Manifest {
  const root = parseXml(text, 'MPD', shown);
  const live = root.getAttribute('type') === 'dynamic';
  const began = Date.parse(root.getAttribute('availabilityStartTime') ?? '');
  const liveFor = live ? (now - (Number.isFinite(began) ? began : 0)) / 1000 : null;
  const whole = durationOf(root.getAttribute('mediaPresentationDuration'));
  const periods: Representation[][] = [];
  let start = 0;
  const elements = childrenOf(root, 'Period', MOST_PERIODS);
  elements.forEach((period, i) => {
    start = durationOf(period.getAttribute('start')) ?? start;
    const next = durationOf(elements[i + 1]?.getAttribute('start') ?? null) ?? whole;
    const duration = durationOf(period.getAttribute('duration')) ?? (next === null ? null : next - start);
    const base = basesOf([root, period]);
    periods.push(representationsOf(period, { base, start, duration, liveFor }));
    start += duration ?? 0;
  });
  const all = periods.flat();
  if (all.length === 0)
    throw new StreamprintError('SP_PLAYLIST', `${shown} holds no pictures and no sound that can be followed`);
  const longest = all
    .flatMap(({ segments }) => segments)
    .reduce((max, { duration }) => Math.max(max, duration), 0);
  return { live, periods, targetDuration: longest || USUAL };
}

interface PeriodFacts {
  readonly base: string;
  readonly start: Seconds;
  readonly duration: Seconds | null;
  readonly liveFor: Seconds | null;
}

function representationsOf(period: Element, facts: PeriodFacts): Representation[] {
  const found: Representation[] = [];
  for (const set of childrenOf(period, 'AdaptationSet', MOST_REPRESENTATIONS)) {
    for (const element of childrenOf(set, 'Representation', MOST_REPRESENTATIONS)) {
      const representation = representationOf(element, set, period, facts);
      if (representation !== null && found.length < MOST_REPRESENTATIONS) found.push(representation);
    }
  }
  return found;
}

function representationOf(
  element: Element,
  set: Element,
  period: Element,
  { base, start, duration, liveFor }: PeriodFacts,
): Representation | null {
  const text = (name: string) => element.getAttribute(name) || set.getAttribute(name) || '';
  const kind = kindOf(set.getAttribute('contentType') ?? '', text('mimeType'), text('codecs'));
  const id = element.getAttribute('id') ?? '';
  const bandwidth = numberOf(element, 'bandwidth') ?? 0;
  const levels = [element, set, period];
  const named = segmentsOf({
    representation: { id, bandwidth },
    levels,
    periodStart: start,
    periodDuration: duration,
    liveFor,
  });
  if (kind === null || named === null) return null;
  const within = joined(base, basesOf([set, element]));
  const key = [element, set].some((level) => childOf(level, 'ContentProtection') !== null) ? PROTECTED : null;
  return {
    kind,
    id,
    width: numberOf(element, 'width') ?? numberOf(set, 'width'),
    height: numberOf(element, 'height') ?? numberOf(set, 'height'),
    bandwidth,
    codecs: text('codecs'),
    key,
    init: named.init && { uri: joined(within, named.init.reference), range: named.init.range, key: null },
    segments: named.segments.map((segment) => ({ ...segment, reference: joined(within, segment.reference) })),
  };
}

const PROTECTED: SegmentKey = { method: 'unsupported', reason: 'it is encrypted with DRM' };

function kindOf(contentType: string, mimeType: string, codecs: string): Kind | null {
  const type = contentType || mimeType.split('/')[0];
  if (type === 'video' || type === 'audio') return type;
  if (/^(avc|hvc|hev|vp0?[89]|av01)/.test(codecs)) return 'video';
  return /^(mp4a|ac-3|ec-3|opus)/.test(codecs) ? 'audio' : null;
}

/** What the first `BaseURL` of each level says, one within the other. */
function basesOf(levels: readonly Element[]): string {
  return levels.reduce(
    (base, level) => joined(base, childOf(level, 'BaseURL')?.textContent?.trim() ?? ''),
    '',
  );
}

/** A reference within another, both perhaps relative; empty = the other itself. */
function joined(base: string, reference: string): string {
  if (reference === '' || base === '') return reference || base;
  if (/^[a-z][a-z0-9+.-]*:/i.test(reference) || reference.startsWith('//')) return reference;
  if (/^[a-z][a-z0-9+.-]*:/i.test(base))
    return URL.canParse(reference, base) ? new URL(reference, base).href : reference;
  if (reference.startsWith('/')) return reference;
  return base.replace(/[^/]*$/, '') + reference;
}
