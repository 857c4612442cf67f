import { useSignal } from '@preact/signals';
import type { Facets as FacetCounts, FacetValue, Modality, ReviewState } from '../../api/types.js';
import { setQuery } from '../../lib/router.js';
import { modalityWords, reviewWords } from '../../lib/words.js';

/** What a search can be narrowed by, in the order in which it is shown. */
export const FACETS: readonly { readonly name: keyof FacetCounts; readonly title: string }[] = [
  { name: 'review', title: 'Review' },
  { name: 'asset', title: 'Title' },
  { name: 'stream', title: 'Stream' },
  { name: 'host', title: 'Host' },
  { name: 'catalogue', title: 'Catalogue' },
  { name: 'modality', title: 'Recognised' },
  { name: 'state', title: 'Now' },
];

const FEW = 6;

/** Where there is room for them beside what is found; else they are folded. */
const WIDE = matchMedia('(min-width: 761px)');

interface Props {
  /** Of the address. */
  readonly query: URLSearchParams;
  readonly facets: FacetCounts;
}

/** Values to narrow a search by, each with how many there are. */
export function Facets({ query, facets }: Props) {
  return (
    <details class="facets" open={WIDE.matches}>
      <summary>Filters</summary>
      <div class="stack">
        {FACETS.map(({ name, title }) => (
          <Facet key={name} name={name} title={title} values={facets[name] ?? []} asked={query.get(name)} />
        ))}
        <fieldset>
          <legend>Time</legend>
          <Moment name="since" title="From" query={query} />
          <Moment name="until" title="To" query={query} />
        </fieldset>
        <fieldset>
          <legend>Score</legend>
          <label class="row">
            <span class="soft small">At least</span>
            <select
              value={query.get('minScore') ?? ''}
              onChange={(event) => setQuery({ minScore: event.currentTarget.value })}
            >
              <option value="">any</option>
              <option value="0.2">0.2, good</option>
              <option value="0.4">0.4, strong</option>
              <option value="0.6">0.6, very strong</option>
            </select>
          </label>
        </fieldset>
        <fieldset>
          <legend>Delay behind the original</legend>
          <label class="row">
            <span class="soft small">At most, s</span>
            <input
              type="number"
              min={0}
              value={query.get('maxDelay') ?? ''}
              onChange={(event) => setQuery({ maxDelay: event.currentTarget.value })}
            />
          </label>
        </fieldset>
      </div>
    </details>
  );
}

interface FacetProps {
  readonly name: string;
  readonly title: string;
  readonly values: readonly FacetValue[];
  readonly asked: string | null;
}

function Facet({ name, title, values, asked }: FacetProps) {
  const shown = useSignal(FEW);
  if (values.length === 0 && !asked) return null;
  const isListed = asked === null || values.some(({ value }) => value === asked);
  const all = isListed ? values : [{ value: asked, label: asked, count: 0 }, ...values];
  return (
    <fieldset>
      <legend>{title}</legend>
      <ul>
        {all.slice(0, shown.value).map(({ value, label, count }) => (
          <li key={value}>
            <button
              type="button"
              class="facet"
              aria-pressed={asked === value}
              onClick={() => setQuery({ [name]: asked === value ? null : value }, 'push')}
            >
              <bdi class="clamp1">{labelOf(name, value, label)}</bdi>
              <span class="soft">{count}</span>
            </button>
          </li>
        ))}
      </ul>
      {all.length > shown.value && (
        <button
          type="button"
          class="button quiet small"
          onClick={() => {
            shown.value += 20;
          }}
        >
          {all.length - shown.value} more
        </button>
      )}
    </fieldset>
  );
}

function labelOf(name: string, value: string, label: string): string {
  if (name === 'modality') return modalityWords[value as Modality] ?? label;
  if (name === 'review') return reviewWords[value as ReviewState] ?? label;
  if (name === 'state') return value === 'open' ? 'Still running' : 'Over';
  return label;
}

/** A moment in the reader's zone; the address holds it as UTC. */
function Moment({
  name,
  title,
  query,
}: {
  readonly name: string;
  readonly title: string;
  readonly query: URLSearchParams;
}) {
  const millis = Date.parse(query.get(name) ?? '');
  const offset = new Date(Number.isFinite(millis) ? millis : Date.now()).getTimezoneOffset() * 60_000;
  const local = Number.isFinite(millis) ? new Date(millis - offset).toISOString().slice(0, 16) : '';
  return (
    <label class="row">
      <span class="soft small">{title}</span>
      <input
        type="datetime-local"
        value={local}
        onChange={(event) => {
          const { value } = event.currentTarget;
          setQuery({ [name]: value === '' ? null : new Date(value).toISOString() });
        }}
      />
    </label>
  );
}
