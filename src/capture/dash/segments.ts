import type { ByteRange } from '../fetcher.js';
import type { Seconds } from '../seconds.js';
import { childOf, childrenOf, type Element, numberOf } from './xml.js';

/** A segment that a manifest names. */
export interface DashSegment {
  /** Relative to the base of its representation. */
  readonly reference: string;
  readonly range: ByteRange | null;
  /** Of the presentation, s. */
  readonly start: Seconds;
  readonly duration: Seconds;
}

export interface InitReference {
  readonly reference: string;
  readonly range: ByteRange | null;
}

/** What is asked for of a representation. */
export interface Wanted {
  readonly representation: { readonly id: string; readonly bandwidth: number };
  /** Elements that state it, from the representation to the period. */
  readonly levels: readonly Element[];
  readonly periodStart: Seconds;
  /** Null = not known. */
  readonly periodDuration: Seconds | null;
  /** Of a live presentation: how long ago it began, s, by the server's clock; null = a recording. */
  readonly liveFor: Seconds | null;
}

/** Segments that are named of a live presentation: the last so many. */
const LIVE_SEGMENTS = 30;
/** … and of a recording. */
const MOST_SEGMENTS = 100_000;
/** Segments are longer than this. */
const LEAST_DURATION: Seconds = 0.05;
/** The newest segment may not be there yet, where clocks differ. */
const BEHIND_EDGE = 1;

/** Init section and segments of a representation; null = it states them in a way that is not followed. */
export function segmentsOf(wanted: Wanted): { init: InitReference | null; segments: DashSegment[] } | null {
  const template = inherited(wanted.levels, 'SegmentTemplate');
  if (template !== null) return ofTemplate(template, wanted);
  const list = inherited(wanted.levels, 'SegmentList');
  return list === null ? null : ofList(list, wanted);
}

/** An element's attributes count wherever they stand: the nearest to the representation wins. */
interface Inherited {
  readonly elements: readonly Element[];
  readonly text: (name: string) => string | null;
  readonly number: (name: string) => number | null;
  readonly child: (name: string) => Element | null;
}

function inherited(levels: readonly Element[], name: string): Inherited | null {
  const elements = levels.flatMap((level) => childrenOf(level, name, 1));
  if (elements.length === 0) return null;
  const first = <T>(of: (element: Element) => T | null): T | null => {
    for (const element of elements) {
      const found = of(element);
      if (found !== null) return found;
    }
    return null;
  };
  return {
    elements,
    text: (attribute) => first((element) => element.getAttribute(attribute) || null),
    number: (attribute) => first((element) => numberOf(element, attribute)),
    child: (child) => first((element) => childOf(element, child)),
  };
}

interface Slot {
  readonly number: number;
  /** In units of the timescale. */
  readonly time: number;
  readonly length: number;
}

function ofTemplate(template: Inherited, wanted: Wanted): ReturnType<typeof segmentsOf> {
  const media = template.text('media');
  if (media === null) return null;
  const timescale = Math.max(1, template.number('timescale') ?? 1);
  const origin = template.number('presentationTimeOffset') ?? 0;
  const first = template.number('startNumber') ?? 1;
  const timeline = template.child('SegmentTimeline');
  const slots =
    timeline === null
      ? evenSlots(template.number('duration') ?? 0, timescale, first, wanted)
      : timelineSlots(timeline, timescale, origin, first, wanted);
  const initialization = template.text('initialization');
  const { id, bandwidth } = wanted.representation;
  const fill = (text: string, { number, time }: Pick<Slot, 'number' | 'time'>) =>
    filled(text, { RepresentationID: id, Bandwidth: bandwidth, Number: number, Time: time });
  return {
    init:
      initialization === null
        ? null
        : { reference: fill(initialization, { number: 0, time: 0 }), range: null },
    segments: slots.map((slot) => ({
      reference: fill(media, slot),
      range: null,
      start: wanted.periodStart + (slot.time - origin) / timescale,
      duration: slot.length / timescale,
    })),
  };
}

/** Segments of one length. */
function evenSlots(length: number, timescale: number, first: number, wanted: Wanted): Slot[] {
  const seconds = length / timescale;
  if (!(seconds > LEAST_DURATION)) return [];
  const { liveFor, periodStart, periodDuration } = wanted;
  if (liveFor === null && periodDuration === null) return [];
  const all = periodDuration === null ? Number.POSITIVE_INFINITY : Math.ceil(periodDuration / seconds - 1e-6);
  const there = liveFor === null ? all : Math.floor((liveFor - periodStart) / seconds) - BEHIND_EDGE;
  const end = Math.min(all, there, liveFor === null ? MOST_SEGMENTS : there);
  const from = liveFor === null ? 0 : Math.max(0, end - LIVE_SEGMENTS);
  const count = Number.isFinite(end) ? Math.max(0, end - from) : 0;
  return Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const rest = periodDuration === null ? seconds : Math.min(seconds, periodDuration - n * seconds);
    return { number: first + n, time: n * length, length: rest * timescale };
  });
}

/** Segments that are listed by when they begin and how long they are. */
function timelineSlots(
  timeline: Element,
  timescale: number,
  origin: number,
  first: number,
  { liveFor, periodStart, periodDuration }: Wanted,
): Slot[] {
  const entries = childrenOf(timeline, 'S');
  const end = periodDuration ?? (liveFor === null ? null : liveFor - periodStart);
  const most = liveFor === null ? MOST_SEGMENTS : LIVE_SEGMENTS;
  const slots: Slot[] = [];
  let number = first;
  let time = origin;
  entries.forEach((entry, i) => {
    const length = numberOf(entry, 'd') ?? 0;
    time = numberOf(entry, 't') ?? time;
    if (!(length / timescale > LEAST_DURATION)) return;
    const next = numberOf(entries[i + 1] ?? null, 't') ?? (end === null ? null : origin + end * timescale);
    const stated = numberOf(entry, 'r') ?? 0;
    // Less than 0 = until the next one, or the end.
    const open = next === null ? 0 : Math.ceil((next - time) / length - 1e-6) - 1;
    const repeats = Math.max(0, Math.floor(stated < 0 ? open : stated));
    const skipped = liveFor === null ? 0 : Math.max(0, repeats + 1 - most);
    for (let n = skipped; n <= repeats && (liveFor !== null || slots.length < most); n++)
      slots.push({ number: number + n, time: time + n * length, length });
    number += repeats + 1;
    time += (repeats + 1) * length;
    if (liveFor !== null && slots.length > 2 * most) slots.splice(0, slots.length - most);
  });
  return liveFor === null ? slots : slots.slice(-most);
}

function ofList(list: Inherited, { periodStart, liveFor }: Wanted): ReturnType<typeof segmentsOf> {
  const seconds = (list.number('duration') ?? 0) / Math.max(1, list.number('timescale') ?? 1);
  const urls = list.elements.flatMap((element) => childrenOf(element, 'SegmentURL', MOST_SEGMENTS));
  const init = list.child('Initialization');
  const segments = urls.map((url, n) => ({
    reference: url.getAttribute('media') ?? '',
    range: rangeOf(url.getAttribute('mediaRange')),
    start: periodStart + n * seconds,
    duration: seconds,
  }));
  return {
    init: init && {
      reference: init.getAttribute('sourceURL') ?? '',
      range: rangeOf(init.getAttribute('range')),
    },
    segments: liveFor === null ? segments : segments.slice(-LIVE_SEGMENTS),
  };
}

/** `FIRST-LAST` */
function rangeOf(text: string | null): ByteRange | null {
  const [, first, last] = /^(\d{1,15})-(\d{1,15})$/.exec(text ?? '') ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first)) return null;
  return { offset: Number(first), length: Number(last) - Number(first) + 1 };
}

/** `$Number%05d$` and the like (ISO/IEC 23009-1, 5.3.9.4.4). */
function filled(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(
    /\$(?:(\w+)(?:%0(\d{1,2})d)?)?\$/g,
    (whole, name: string | undefined, width?: string) => {
      if (name === undefined) return '$';
      const value = values[name];
      return value === undefined ? whole : String(value).padStart(Number(width ?? 0), '0');
    },
  );
}
