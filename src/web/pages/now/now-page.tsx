import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { streams as askStreams } from '../../api/calls.js';
import { ApiError } from '../../api/client.js';
import type { Stream, StreamState } from '../../api/types.js';
import { brief, localTime, many } from '../../lib/format.js';
import { type LiveEvent, returns, useLive } from '../../lib/live.js';
import { location, setQuery } from '../../lib/router.js';
import { Mark } from '../../parts/mark.js';
import { Problem } from '../../parts/problem.js';
import { Tile } from './tile.js';
import { afterEvent } from './wall.js';

const STATES: readonly StreamState[] = ['live', 'stalled', 'gone', 'unknown'];
/** How long a tile that began to carry something is set off, ms. */
const NEW_MS = 2000;
/** Streams that are not known are asked for once in this long, ms. */
const ASK_AGAIN_MS = 1000;

/** The wall of streams. */
export function NowPage() {
  const streams = useSignal<readonly Stream[] | null>(null);
  const error = useSignal<ApiError | null>(null);
  const news = useSignal('');
  const fresh = useSignal<ReadonlySet<string>>(new Set());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const show = location.value.query.get('show') ?? 'all';
  const wanted = (location.value.query.get('q') ?? '').toLowerCase();

  const load = async () => {
    try {
      streams.value = (await askStreams()).toSorted((a, b) => a.name.localeCompare(b.name));
      error.value = null;
    } catch (caught) {
      error.value = ApiError.from(caught);
    }
  };
  useEffect(() => {
    void load();
  }, [returns.value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  useLive((event) => {
    if (!streams.value) return;
    const after = afterEvent(streams.value, event);
    streams.value = after.streams;
    if (!after.known) {
      clearTimeout(timer.current);
      timer.current = setTimeout(load, ASK_AGAIN_MS);
    }
    if (event.type !== 'detection.opened') return;
    news.value = sentence(event);
    if (!after.changed) return;
    const id = after.changed;
    fresh.value = new Set([...fresh.value, id]);
    setTimeout(() => {
      fresh.value = new Set([...fresh.value].filter((other) => other !== id));
    }, NEW_MS);
  });

  const all = streams.value;
  const shown = useMemo(
    () =>
      (all ?? []).filter(
        (stream) =>
          (show === 'all' || (show === 'carrying' ? stream.carries.length > 0 : stream.state === show)) &&
          (wanted === '' ||
            `${stream.name}\n${stream.host ?? ''}\n${stream.carries.map(({ title }) => title).join('\n')}`
              .toLowerCase()
              .includes(wanted)),
      ),
    [all, show, wanted],
  );
  if (!all) return error.value ? <Problem error={error.value} retry={load} /> : <p class="soft">Loading …</p>;
  const carrying = all.filter(({ carries }) => carries.length > 0).length;
  return (
    <>
      <div class="page-head wall-head">
        <h1>{many(all.length, 'stream')}</h1>
        <fieldset class="row bare" aria-label="Which streams to show">
          <Choice name="all" count={all.length} current={show} />
          <Choice name="carrying" count={carrying} current={show} />
          {STATES.map((state) => {
            const count = all.filter((stream) => stream.state === state).length;
            return count > 0 && <Choice key={state} name={state} count={count} current={show} />;
          })}
        </fieldset>
        <label>
          <span class="hidden">Streams and titles that hold</span>
          <input
            type="search"
            placeholder="Stream, host or title"
            value={wanted}
            onInput={(event) => setQuery({ q: event.currentTarget.value })}
          />
        </label>
        <p class="news small soft clamp1" aria-live="polite">
          <bdi>{news.value}</bdi>
        </p>
      </div>
      {error.value && <Problem error={error.value} retry={load} />}
      {shown.length === 0 ? (
        <Nothing isEmpty={all.length === 0} />
      ) : (
        <ul class={`wall ${sizeOf(shown.length)}`} aria-label="Streams">
          {shown.map((stream) => (
            <Tile key={stream.id} stream={stream} isNew={fresh.value.has(stream.id)} />
          ))}
        </ul>
      )}
    </>
  );
}

function Choice({
  name,
  count,
  current,
}: {
  readonly name: string;
  readonly count: number;
  readonly current: string;
}) {
  return (
    <button
      type="button"
      class="button"
      aria-pressed={current === name}
      onClick={() => setQuery({ show: name === 'all' ? null : name })}
    >
      {STATES.includes(name as StreamState) && (
        <span class={`state ${name}`}>
          <Mark shape={name as StreamState} />
        </span>
      )}
      {name[0]!.toUpperCase() + name.slice(1)} <b>{count}</b>
    </button>
  );
}

function Nothing({ isEmpty }: { readonly isEmpty: boolean }) {
  return (
    <div class="nothing card">
      {isEmpty ? (
        <>
          <p>No stream is watched yet.</p>
          <p class="mono">bin/streamprint serve channels.m3u</p>
        </>
      ) : (
        <>
          <p>No stream is like that now.</p>
          <button type="button" class="button" onClick={() => setQuery({ show: null, q: null })}>
            Show all
          </button>
        </>
      )}
    </div>
  );
}

/** Tiles are as large as their number allows: 72 go on one screen of 1440 × 900. */
function sizeOf(count: number): string {
  if (count <= 12) return 'large';
  return count <= 32 ? 'middle' : 'small';
}

function sentence({ body, time }: LiveEvent): string {
  const { stream, title } = body.detection as { stream: { name: string }; title: string };
  return `${localTime(Date.parse(time))}  ${brief(stream.name, 40)} carries ${brief(title, 60)}`;
}
