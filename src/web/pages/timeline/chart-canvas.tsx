import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { brief, span } from '../../lib/format.js';
import { go } from '../../lib/router.js';
import { paint } from '../../lib/theme.js';
import { Time } from '../../parts/time.js';
import { type Bar, barAt, type Chart, extentOf, firstFrom } from './bars.js';
import { AXIS, draw, ROW } from './draw.js';
import { Gestures } from './gestures.js';
import { lengthOf, moved, type View, zoomed } from './view.js';

interface Props {
  readonly chart: Chart;
  readonly view: Signal<View>;
  readonly label: string;
  /** Told when a person moved the view. */
  readonly onMoved?: () => void;
}

/** Pixels that a pointer may be beside a bar and still means it. */
const SLACK = 3;

/** Time against streams, detections as bars: on a canvas, so that ten thousand of them move smoothly. */
export function ChartCanvas({ chart, view, label, onMoved }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const chosen = useSignal<Bar | null>(null);
  const row = useSignal(0);
  const hasFocus = useSignal(false);
  const size = useSignal({ width: 0, height: 0 });
  const frame = useRef(0);
  const gutter = size.value.width < 700 ? 96 : 180;
  const scene = () => ({
    chart,
    view: view.peek(),
    ...size.peek(),
    gutter,
    scrolled: scroller.current?.scrollTop ?? 0,
    now: Date.now(),
    chosen: chosen.peek(),
    row: row.peek(),
    hasFocus: hasFocus.peek(),
  });
  const redraw = () => {
    if (frame.current !== 0) return;
    frame.current = requestAnimationFrame(() => {
      frame.current = 0;
      const context = canvas.current?.getContext('2d', { alpha: false });
      if (!context || size.peek().width === 0) return;
      context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      draw(context, scene());
    });
  };
  useEffect(() => {
    const box = scroller.current!;
    const observer = new ResizeObserver(() => {
      size.value = { width: box.clientWidth, height: box.clientHeight };
      const element = canvas.current!;
      element.width = Math.round(box.clientWidth * devicePixelRatio);
      element.height = Math.round(box.clientHeight * devicePixelRatio);
      element.style.width = `${box.clientWidth}px`;
      element.style.height = `${box.clientHeight}px`;
      redraw();
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  useEffect(redraw, [chart, size.value, chosen.value, row.value, hasFocus.value, paint.value]);
  useEffect(() => view.subscribe(redraw), [chart, gutter]);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  const timeAt = (x: number) => {
    const { from } = view.peek();
    return from + ((x - gutter) / (size.peek().width - gutter)) * lengthOf(view.peek());
  };
  const set = (next: View) => {
    view.value = next;
    onMoved?.();
  };
  const pixels = (count: number) => (count / (size.peek().width - gutter)) * lengthOf(view.peek());
  const barUnder = (x: number, y: number): Bar | null => {
    const index = Math.floor((y - AXIS + (scroller.current?.scrollTop ?? 0)) / ROW);
    if (y < AXIS || x < gutter) return null;
    const bars = chart.rows[index]?.bars;
    return bars ? barAt(bars, timeAt(x), pixels(SLACK)) : null;
  };
  const choose = (bar: Bar | null) => {
    chosen.value = bar;
    if (!bar) return;
    row.value = bar.row;
    reveal(bar.row);
    const { from, to } = view.peek();
    if (bar.end < from || bar.start > to)
      set(moved(view.peek(), (bar.start + bar.end) / 2 - (from + to) / 2));
  };
  const reveal = (index: number) => {
    const box = scroller.current!;
    const room = box.clientHeight - AXIS;
    if (index * ROW < box.scrollTop) box.scrollTop = index * ROW;
    else if ((index + 1) * ROW > box.scrollTop + room) box.scrollTop = (index + 1) * ROW - room;
  };
  const stepRow = (by: number) => {
    row.value = Math.min(chart.rows.length - 1, Math.max(0, row.value + by));
    chosen.value = null;
    reveal(row.value);
  };
  const stepBar = (by: 1 | -1) => {
    const bars = chart.rows[row.value]?.bars ?? [];
    const at = chosen.value?.row === row.value ? bars.findIndex(({ id }) => id === chosen.value?.id) : -1;
    const next = at >= 0 ? at + by : firstFrom(bars, view.peek().from) - (by < 0 ? 1 : 0);
    choose(bars[Math.min(bars.length - 1, Math.max(0, next))] ?? null);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const middle = (view.peek().from + view.peek().to) / 2;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => set(moved(view.peek(), -lengthOf(view.peek()) / 8)),
      ArrowRight: () => set(moved(view.peek(), lengthOf(view.peek()) / 8)),
      ArrowUp: () => stepRow(-1),
      ArrowDown: () => stepRow(1),
      PageUp: () => stepRow(-10),
      PageDown: () => stepRow(10),
      '+': () => set(zoomed(view.peek(), 1 / 1.5, middle)),
      '=': () => set(zoomed(view.peek(), 1 / 1.5, middle)),
      '-': () => set(zoomed(view.peek(), 1.5, middle)),
      '[': () => stepBar(-1),
      ']': () => stepBar(1),
      Home: () => {
        const extent = extentOf(chart);
        if (extent) set(zoomed(extent, 1.05, (extent.from + extent.to) / 2));
      },
      End: () => set({ from: Date.now() - lengthOf(view.peek()), to: Date.now() }),
      Escape: () => choose(null),
      Enter: () => chosen.value && go(`/detections/${encodeURIComponent(chosen.value.id)}`),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  const current = useRef({ set, timeAt, pixels, barUnder, choose, view });
  current.current = { set, timeAt, pixels, barUnder, choose, view };
  useEffect(() => {
    const gestures = new Gestures(canvas.current!, {
      pan: (by) => current.current.set(moved(current.current.view.peek(), current.current.pixels(by))),
      zoom: (factor, x) =>
        current.current.set(zoomed(current.current.view.peek(), factor, current.current.timeAt(x))),
      hover: (x, y) => {
        const bar = current.current.barUnder(x, y);
        if (bar !== chosen.peek()) chosen.value = bar;
      },
      press: (x, y) => {
        const bar = current.current.barUnder(x, y);
        if (bar) go(`/detections/${encodeURIComponent(bar.id)}`);
      },
    });
    return () => gestures.end();
  }, []);

  const rows = chart.rows.length;
  return (
    <div class="chart">
      <div
        class="scroller"
        ref={scroller}
        onScroll={redraw}
        tabIndex={-1}
        style={{ '--rows': `${rows * ROW + AXIS}px` }}
      >
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: keys move it; the table says the same */}
        <canvas
          ref={canvas}
          tabIndex={0}
          role="application"
          aria-roledescription="timeline"
          aria-label={`${label}. Arrow keys move, plus and minus zoom, brackets go from bar to bar, Enter opens.`}
          onKeyDown={onKey}
          onFocus={() => {
            hasFocus.value = true;
          }}
          onBlur={() => {
            hasFocus.value = false;
          }}
        />
        <div class="spacer" style={{ height: `${Math.max(0, rows * ROW + AXIS - size.value.height)}px` }} />
      </div>
      <p class="chosen small" aria-live="polite">
        {chosen.value ? (
          <Chosen bar={chosen.value} chart={chart} />
        ) : hasFocus.value && chart.rows[row.value] ? (
          <bdi>{brief(chart.rows[row.value]!.name, 100)}</bdi>
        ) : (
          <span class="soft">
            Drag to move, Ctrl and wheel to zoom, click a bar to open it. Keys: <kbd>?</kbd>
          </span>
        )}
      </p>
    </div>
  );
}

function Chosen({ bar, chart }: { readonly bar: Bar; readonly chart: Chart }) {
  return (
    <>
      <b>
        <bdi>{brief(chart.assets[bar.asset]?.title ?? '', 100)}</bdi>
      </b>{' '}
      on <bdi>{brief(chart.rows[bar.row]?.name ?? '', 60)}</bdi>, <Time at={bar.start} short /> –{' '}
      <Time at={bar.end} short /> ({span((bar.end - bar.start) / 1000)}), score {bar.score.toFixed(2)}
    </>
  );
}
