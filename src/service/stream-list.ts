import { byName, compareTexts } from '../domain/order.js';
import {
  type KnownState,
  type KnownStream,
  noStates,
  type StreamLine,
  type StreamPlace,
} from './stream-line.js';

export const STREAM_SORTS = ['name', '-name', 'host', '-host'] as const;
/** A minus = falling; those of one host are by name. */
export type StreamSort = (typeof STREAM_SORTS)[number];

/** Which streams; what is absent lets all through. */
export interface StreamQuery {
  readonly state?: KnownState | undefined;
  readonly probe?: string | undefined;
  readonly hosts?: readonly string[] | undefined;
  /** Part of the name, the address or the id, whatever the case. */
  readonly text?: string | undefined;
  readonly url?: string | undefined;
  /** Those whose ids are in all of these. */
  readonly among?: readonly ReadonlySet<string>[] | undefined;
}

export interface StreamsWanted {
  readonly sort: StreamSort;
  readonly limit: number;
  /** Where the list goes on; null = it begins. */
  readonly after: StreamPlace | null;
}

export interface FoundStreams {
  readonly items: readonly KnownStream[];
  /** That the query lets through. */
  readonly total: number;
  /** How many of all streams are in which state. */
  readonly states: Readonly<Record<KnownState, number>>;
}

type Compare = (a: StreamPlace, b: StreamPlace) => number;
const byHost: Compare = (a, b) => compareTexts(a.host, b.host) || byName(a, b);

/** All streams, in order, and which of them a query lets through: one walk past what each has at hand. */
export class StreamList {
  readonly #byName = new Ordered(byName);
  readonly #byHost = new Ordered(byHost);

  /** It is new, stands elsewhere, or is not known any more. */
  move(line: StreamLine): void {
    this.#byName.move(line);
    this.#byHost.move(line);
  }

  /** By name. */
  get lines(): readonly StreamLine[] {
    return this.#byName.lines;
  }

  /** @param now ms since 1970 */
  search(query: StreamQuery, { sort, limit, after }: StreamsWanted, now: number): FoundStreams {
    const passes = conditionOf(query);
    const [compare, { lines }] = sort.endsWith('host') ? [byHost, this.#byHost] : [byName, this.#byName];
    const isFalling = sort.startsWith('-');
    const states = noStates();
    const items: KnownStream[] = [];
    let total = 0;
    for (let i = 0; i < lines.length; i++) {
      const line = lines[isFalling ? lines.length - 1 - i : i]!;
      const state = line.state(now);
      states[state]++;
      if (!passes(line, state)) continue;
      total++;
      if (items.length >= limit) continue;
      const comesLater =
        after === null || (isFalling ? compare(after, line.place) : compare(line.place, after)) > 0;
      if (comesLater) items.push(line.known(now));
    }
    return { items, total, states };
  }
}

function conditionOf({
  state,
  probe,
  hosts,
  text = '',
  url,
  among = [],
}: StreamQuery): (line: StreamLine, now: KnownState) => boolean {
  const part = text.toLowerCase();
  const names = hosts && new Set(hosts.map((host) => host.toLowerCase()));
  return (line, now) =>
    (state === undefined || now === state) &&
    (probe === undefined || line.probe === probe) &&
    (!names || names.has(line.place.host)) &&
    (url === undefined || line.url === url) &&
    among.every((ids) => ids.has(line.place.id)) &&
    line.text.includes(part);
}

/** Lines in an order. Those that have moved are put where they belong when somebody asks. */
class Ordered {
  #lines: StreamLine[] = [];
  readonly #moved = new Set<StreamLine>();

  constructor(private readonly compare: Compare) {}

  move(line: StreamLine): void {
    this.#moved.add(line);
  }

  get lines(): readonly StreamLine[] {
    if (this.#moved.size > 0) {
      const known = [...this.#moved].filter(({ isKnown }) => isKnown);
      // What is in order nearly costs hardly more than one look at each.
      this.#lines = [...this.#lines.filter((line) => !this.#moved.has(line)), ...known].sort((a, b) =>
        this.compare(a.place, b.place),
      );
      this.#moved.clear();
    }
    return this.#lines;
  }
}
