import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ApiError } from '../../api/client.js';
import type { Detection, FramePair } from '../../api/types.js';
import { localTime, placeOf } from '../../lib/format.js';
import { useKeys } from '../../lib/keys.js';
import { Frame } from '../../parts/frame.js';
import { Problem } from '../../parts/problem.js';
import { Time } from '../../parts/time.js';

/** How fast pairs follow each other when played, ms. */
const PLAY_MS = 600;

interface Props {
  readonly detection: Detection;
  readonly seconds: number;
  readonly frames: readonly FramePair[] | null;
  readonly error: ApiError | null;
  readonly at: Signal<number>;
}

/** The stream's picture beside the reference's at the same place, moved together. */
export function FramesInStep({ detection, seconds, frames, error, at }: Props) {
  const isPlaying = useSignal(false);
  const pairs = frames ?? [];
  const index = nearest(pairs, at.value);
  const pair = pairs[index];
  const step = (by: number) => {
    const next = pairs[Math.min(pairs.length - 1, Math.max(0, nearest(pairs, at.peek()) + by))];
    if (next) at.value = next.t;
  };
  useEffect(() => {
    if (pairs.length > 0 && at.peek() === 0) at.value = pairs[Math.floor(pairs.length / 2)]!.t;
  }, [frames]);
  useEffect(() => {
    if (!isPlaying.value) return;
    const timer = setInterval(() => {
      if (nearest(pairs, at.peek()) >= pairs.length - 1) at.value = pairs[0]?.t ?? 0;
      else step(1);
    }, PLAY_MS);
    return () => clearInterval(timer);
  }, [isPlaying.value, frames]);
  const toggle = () => {
    isPlaying.value = !isPlaying.value;
  };
  useKeys({ ArrowLeft: () => step(-1), ArrowRight: () => step(1), ' ': toggle }, pairs.length > 0);
  const start = Date.parse(detection.start);
  const inWork = detection.reference.start + at.value * detection.speed;
  const source = (side: 'stream' | 'reference') =>
    pair?.[side].available
      ? `/v1/detections/${encodeURIComponent(detection.id)}/frames/${pair.n}/${side}`
      : null;
  const why = (side: 'stream' | 'reference') =>
    pair?.[side].reason ?? (frames ? 'There is no picture of this.' : 'Loading …');
  return (
    <section class="card stack frames" aria-label="Pictures of both sides">
      {error && <Problem error={error} />}
      <div class="pair">
        <figure>
          <figcaption>
            <b>On the stream</b>
            <Time at={start + at.value * 1000} short />
          </figcaption>
          <Frame
            src={source('stream')}
            alt={`The stream at ${localTime(start + at.value * 1000)}`}
            none={why('stream')}
          />
        </figure>
        <figure>
          <figcaption>
            <b>In the reference</b>
            <span class="soft">{placeOf(pair?.reference.time ?? inWork)}</span>
          </figcaption>
          <Frame
            src={source('reference')}
            alt={`The reference at ${placeOf(inWork)}`}
            none={why('reference')}
          />
        </figure>
      </div>
      <div class="scrub">
        <button
          type="button"
          class="button"
          onClick={toggle}
          disabled={pairs.length < 2}
          aria-keyshortcuts="Space"
        >
          {isPlaying.value ? 'Pause' : 'Play'}
        </button>
        <label>
          <span class="hidden">Place on both sides</span>
          <input
            type="range"
            min={0}
            max={seconds}
            step={0.1}
            value={at.value}
            aria-valuetext={`${at.value.toFixed(1)} s of ${seconds.toFixed(1)} s`}
            onInput={(event) => {
              at.value = Number(event.currentTarget.value);
            }}
          />
        </label>
        <span class="soft small">
          {at.value.toFixed(1)} of {seconds.toFixed(1)} s
        </span>
      </div>
    </section>
  );
}

/** Index of the pair nearest to a time; -1 without any. */
function nearest(pairs: readonly FramePair[], at: number): number {
  let best = -1;
  for (const [index, { t }] of pairs.entries())
    if (best < 0 || Math.abs(t - at) < Math.abs(pairs[best]!.t - at)) best = index;
  return best;
}
