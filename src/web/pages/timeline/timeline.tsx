import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { bars as askBars } from '../../api/calls.js';
import { ApiError } from '../../api/client.js';
import type { Bars } from '../../api/types.js';
import { many } from '../../lib/format.js';
import { returns, useLive } from '../../lib/live.js';
import { Problem } from '../../parts/problem.js';
import { BarTable } from './bar-table.js';
import { chartOf, extentOf } from './bars.js';
import { ChartCanvas } from './chart-canvas.js';
import { withEvent } from './live-bars.js';
import { DAY, HOUR, lengthOf, MINUTE, type View, viewFrom, zoomed } from './view.js';

const SPANS: readonly (readonly [string, number])[] = [
  ['15 min', 15 * MINUTE],
  ['1 h', HOUR],
  ['6 h', 6 * HOUR],
  ['24 h', DAY],
  ['7 d', 7 * DAY],
  ['30 d', 30 * DAY],
];
/** How long the view must stand still before what it needs is asked for, ms. */
const SETTLE_MS = 250;

interface Props {
  /** Only one stream, or one asset. */
  readonly stream?: string;
  readonly asset?: string;
  readonly catalogue?: string;
  readonly label: string;
  /** Told when the view has come to rest. */
  readonly onView?: (view: View) => void;
  readonly query?: URLSearchParams;
}

/** The chart with what moves it, loading what is in sight, live. */
export function Timeline({ stream, asset, catalogue, label, onView, query }: Props) {
  const data = useSignal<Bars | null>(null);
  const error = useSignal<ApiError | null>(null);
  const given = useMemo(() => (query ? viewFrom(query) : null), []);
  const view = useSignal<View>(given ?? { from: Date.now() - DAY, to: Date.now() });
  const loaded = useRef<View | null>(null);
  const isFollowing = useSignal(!given);
  const asTable = useSignal(false);
  const settle = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const isFirst = useRef(!given);

  const load = async () => {
    const { from, to } = view.peek();
    const around = lengthOf(view.peek());
    const range = { from: from - around, to: Math.max(to + around, Date.now() + HOUR) };
    try {
      data.value = await askBars({
        streams: stream === undefined ? undefined : [stream],
        asset,
        catalogue,
        since: new Date(range.from).toISOString(),
        until: new Date(range.to).toISOString(),
      });
      loaded.current = range;
      error.value = null;
      if (isFirst.current) {
        isFirst.current = false;
        const extent = extentOf(chartOf(data.value));
        if (extent) showAll(extent);
      }
    } catch (caught) {
      error.value = ApiError.from(caught);
    }
  };
  const showAll = (extent: View) => {
    const longEnough = Math.max(2 * MINUTE, lengthOf(extent));
    const middle = (extent.from + extent.to) / 2;
    view.value = zoomed({ from: middle - longEnough / 2, to: middle + longEnough / 2 }, 1.06, middle);
  };
  useEffect(() => {
    void load();
  }, [stream, asset, catalogue, returns.value]);
  useEffect(
    () =>
      view.subscribe((current) => {
        clearTimeout(settle.current);
        settle.current = setTimeout(() => {
          if (!isFirst.current) onView?.(current);
          const range = loaded.current;
          if (!range || current.from < range.from || current.to > range.to) void load();
        }, SETTLE_MS);
      }),
    [],
  );
  useEffect(() => () => clearTimeout(settle.current), []);
  useLive((event) => {
    if (data.value) data.value = withEvent(data.value, event, only(stream, asset));
  });
  useEffect(() => {
    if (!isFollowing.value) return;
    const timer = setInterval(() => {
      const { to } = view.peek();
      const behind = Date.now() - to;
      if (behind > 0 && behind < lengthOf(view.peek()) / 2)
        view.value = { from: view.peek().from + behind, to: Date.now() };
    }, 1000);
    return () => clearInterval(timer);
  }, [isFollowing.value]);

  const chart = useMemo(() => data.value && chartOf(data.value), [data.value]);
  const length = lengthOf(view.value);
  const show = (span: number) => {
    isFollowing.value = true;
    view.value = { from: Date.now() - span, to: Date.now() };
  };
  const middle = () => (view.peek().from + view.peek().to) / 2;
  return (
    <div class="stack timeline">
      <div class="row">
        <fieldset class="row bare" aria-label="How much time to show">
          {SPANS.map(([name, span]) => (
            <button
              key={name}
              type="button"
              class="button"
              aria-pressed={Math.abs(length / span - 1) < 0.01 && isFollowing.value}
              onClick={() => show(span)}
            >
              {name}
            </button>
          ))}
          <button
            type="button"
            class="button"
            onClick={() => {
              const extent = chart && extentOf(chart);
              isFollowing.value = false;
              if (extent) showAll(extent);
            }}
          >
            All
          </button>
        </fieldset>
        <fieldset class="row bare" aria-label="Zoom">
          <button
            type="button"
            class="button"
            aria-label="Zoom out"
            onClick={() => {
              view.value = zoomed(view.peek(), 1.5, middle());
            }}
          >
            −
          </button>
          <button
            type="button"
            class="button"
            aria-label="Zoom in"
            onClick={() => {
              view.value = zoomed(view.peek(), 1 / 1.5, middle());
            }}
          >
            +
          </button>
        </fieldset>
        <button
          type="button"
          class="button"
          aria-pressed={asTable.value}
          onClick={() => {
            asTable.value = !asTable.value;
          }}
        >
          As a table
        </button>
        {chart && (
          <span class="soft small">
            {many(chart.count, 'detection')} on {many(chart.rows.length, 'stream')}
            {data.value?.more && ': the later ones are left out, show less time to see them'}
          </span>
        )}
      </div>
      {error.value && <Problem error={error.value} retry={load} />}
      {chart &&
        (asTable.value ? (
          <BarTable chart={chart} view={view.value} />
        ) : chart.rows.length === 0 ? (
          <div class="nothing card">Nothing was found in this time.</div>
        ) : (
          <ChartCanvas
            chart={chart}
            view={view}
            label={label}
            onMoved={() => {
              isFollowing.value = false;
            }}
          />
        ))}
    </div>
  );
}

const only = (stream: string | undefined, asset: string | undefined) => ({
  ...(stream === undefined ? {} : { stream }),
  ...(asset === undefined ? {} : { asset }),
});
