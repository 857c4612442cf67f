import { useSignal } from '@preact/signals';
import { many, span } from '../../lib/format.js';
import { Time } from '../../parts/time.js';
import type { Chart } from './bars.js';
import type { View } from './view.js';

const STEP = 100;

/** The bars of a stretch of time as a table: the same as the chart says. */
export function BarTable({ chart, view }: { readonly chart: Chart; readonly view: View }) {
  const shown = useSignal(STEP);
  const bars = chart.rows
    .flatMap(({ bars }) => bars)
    .filter(({ start, end }) => end >= view.from && start <= view.to)
    .sort((a, b) => b.start - a.start);
  return (
    <div class="stack">
      <p class="soft small">
        {many(bars.length, 'detection')} from <Time at={view.from} /> to <Time at={view.to} />
      </p>
      <div class="scroll-x card">
        <table>
          <thead>
            <tr>
              <th scope="col">Title</th>
              <th scope="col">Stream</th>
              <th scope="col">Start</th>
              <th scope="col">Length</th>
              <th scope="col">Score</th>
            </tr>
          </thead>
          <tbody>
            {bars.slice(0, shown.value).map((bar) => (
              <tr key={bar.id}>
                <td>
                  <a class="clamp2" href={`/detections/${encodeURIComponent(bar.id)}`}>
                    <bdi>{chart.assets[bar.asset]?.title}</bdi>
                  </a>
                </td>
                <td>
                  <bdi class="clamp2">{chart.rows[bar.row]?.name}</bdi>
                </td>
                <td>
                  <Time at={bar.start} />
                </td>
                <td>{span((bar.end - bar.start) / 1000)}</td>
                <td>{bar.score.toFixed(2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {bars.length > shown.value && (
        <button
          type="button"
          class="button"
          onClick={() => {
            shown.value += STEP;
          }}
        >
          Show more ({bars.length - shown.value} left)
        </button>
      )}
    </div>
  );
}
