import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import * as calls from '../../api/calls.js';
import { ApiError, address } from '../../api/client.js';
import type { Detection, Found } from '../../api/types.js';
import { many } from '../../lib/format.js';
import { location, setQuery } from '../../lib/router.js';
import { DetectionList } from '../../parts/detection-list.js';
import { Problem } from '../../parts/problem.js';
import { AlsoMeant } from './also-meant.js';
import { ClipSearch } from './clip-search.js';
import { FACETS, Facets } from './facets.js';

const PAGE = 50;
/** What is typed is asked for when nothing was typed for this long, ms. */
const TYPED_MS = 250;
/** Names in the address that the service is asked with as they are. */
const NAMES = [
  ...['q', 'asset', 'catalogue', 'stream', 'host', 'ip', 'asn', 'modality', 'review', 'state'],
  ...['since', 'until', 'minScore', 'minDelay', 'maxDelay', 'sort'],
];

/** Those that may be given several times. */
const LISTS = new Set(['asset', 'catalogue', 'stream', 'host', 'ip', 'asn', 'modality', 'review']);

/** Detections by words and facets, or by a clip. */
export function SearchPage() {
  const { query } = location.value;
  const asked = askedBy(query);
  const key = JSON.stringify(asked);
  const found = useSignal<Found | null>(null);
  const more = useSignal<readonly Detection[]>([]);
  const next = useSignal<string | null>(null);
  const error = useSignal<ApiError | null>(null);
  /** As it is typed; the address follows when it is no longer changed. */
  const text = useSignal(query.get('q') ?? '');
  const field = useRef<HTMLInputElement>(null);
  const typed = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  useEffect(() => {
    const abort = new AbortController();
    calls
      .search({ ...asked, limit: PAGE, facets: FACETS.map(({ name }) => name).join(',') }, abort.signal)
      .then(
        (answer) => {
          found.value = answer;
          more.value = [];
          next.value = answer.next;
          error.value = null;
        },
        (caught: unknown) => {
          if (!abort.signal.aborted) error.value = ApiError.from(caught);
        },
      );
    return () => abort.abort();
  }, [key]);
  useEffect(() => {
    if (query.get('focus') === null) return;
    field.current?.focus();
    setQuery({ focus: null });
  }, [query]);
  useEffect(() => {
    if (document.activeElement !== field.current) text.value = query.get('q') ?? '';
  }, [query.get('q')]);
  useEffect(() => () => clearTimeout(typed.current), []);

  const showMore = async () => {
    try {
      const answer = await calls.search({ ...asked, limit: PAGE, cursor: next.value ?? undefined });
      more.value = [...more.value, ...answer.items];
      next.value = answer.next;
    } catch (caught) {
      error.value = ApiError.from(caught);
    }
  };
  const exported = (format: string) => address(calls.exportPath, { ...asked, sort: undefined, format });
  const items = [...(found.value?.items ?? []), ...more.value];
  const isNarrowed = NAMES.some((name) => name !== 'sort' && query.get(name) !== null);
  return (
    <>
      <div class="page-head">
        <h1>Search</h1>
      </div>
      <div class="search">
        <search class="stack">
          <label class="stack">
            <span class="hidden">Title, stream or address</span>
            <input
              ref={field}
              id="q"
              type="search"
              placeholder="Title, stream or address"
              value={text.value}
              onInput={(event) => {
                const { value } = event.currentTarget;
                text.value = value;
                clearTimeout(typed.current);
                typed.current = setTimeout(() => setQuery({ q: value }), TYPED_MS);
              }}
            />
          </label>
          <Facets query={query} facets={found.value?.facets ?? {}} />
        </search>
        <div class="stack">
          <ClipSearch />
          <div class="row spread">
            <p aria-live="polite">
              <b>{found.value ? totalOf(found.value) : 'Loading …'}</b>
            </p>
            <div class="row">
              {isNarrowed && (
                <button
                  type="button"
                  class="button quiet"
                  onClick={() => setQuery(Object.fromEntries(NAMES.map((name) => [name, null])))}
                >
                  Clear filters
                </button>
              )}
              <label class="row">
                <span class="soft small">Order</span>
                <select
                  value={query.get('sort') ?? '-start'}
                  onChange={(event) => setQuery({ sort: event.currentTarget.value })}
                >
                  <option value="-start">Newest first</option>
                  <option value="start">Oldest first</option>
                  <option value="-score">Surest first</option>
                  <option value="score">Least sure first</option>
                </select>
              </label>
              <a class="button" href={exported('csv')} download="detections.csv">
                CSV
              </a>
              <a class="button" href={exported('jsonl')} download="detections.jsonl">
                JSON lines
              </a>
            </div>
          </div>
          <AlsoMeant text={query.get('q')?.trim() ?? ''} />
          {error.value && <Problem error={error.value} />}
          {found.value && (
            <DetectionList detections={items} none="Nothing fits. Clear a filter, or drop a clip above." />
          )}
          {next.value !== null && (
            <button type="button" class="button" onClick={showMore}>
              Show more
            </button>
          )}
        </div>
      </div>
    </>
  );
}

const totalOf = ({ total, totalIsExact }: Found) =>
  total === null ? '' : `${totalIsExact ? '' : 'more than '}${many(total, 'detection')}`;

/** What an address asks for; the service says what of it makes no sense. */
function askedBy(query: URLSearchParams): calls.SearchQuery {
  const given = NAMES.filter((name) => query.get(name) !== null);
  return Object.fromEntries(
    given.map((name) => [name, LISTS.has(name) ? query.getAll(name) : query.get(name)]),
  ) as calls.SearchQuery;
}
