import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { framePicture } from '../../api/calls.js';
import type { ApiError } from '../../api/client.js';
import type { Alignment, Detection, FramePair, Frames, Side } from '../../api/types.js';
import { placeOf } from '../../lib/format.js';
import { useKeys } from '../../lib/keys.js';
import { Frame } from '../../parts/frame.js';
import { Problem } from '../../parts/problem.js';
import { Time } from '../../parts/time.js';

/** How fast pairs follow each other when played, ms. */
const PLAY_MS = 600;

interface Props {
  readonly detection: Detection;
  readonly seconds: number;
  readonly frames: Frames | null;
  readonly error: ApiError | null;
  /** The part of the stream's picture that shows the work. */
  readonly view: Alignment['view'];
  readonly at: Signal<number>;
}

/** The stream's picture beside the reference's at the same place, moved together. */
export function FramesInStep({ detection, seconds, frames, error, view, at }: Props) {
  const wasPlaced = useRef(false);
  const isPlaying = useSignal(false);
  const isTurned = useSignal(false);
  const pairs = frames?.items ?? [];
  const pair = pairs[nearest(pairs, at.value)];
  const step = (by: number) => {
    const times = pairs.map(timeOf).toSorted((a, b) => a - b);
    const next =
      by > 0
        ? times.find((time) => time > at.peek() + 0.01)
        : times.findLast((time) => time < at.peek() - 0.01);
    if (next !== undefined) at.value = next;
    return next !== undefined;
  };
  useEffect(() => {
    if (wasPlaced.current || pairs.length < 2) return;
    wasPlaced.current = true;
    const whole = pairs.filter(({ stream, reference }) => stream.available && reference.available);
    const good = whole.length > 0 ? whole : pairs;
    at.value = timeOf(good[nearest(good, seconds / 2)]!);
  }, [frames]);
  useEffect(() => {
    if (!isPlaying.value) return;
    const timer = setInterval(() => {
      if (!step(1)) at.value = 0;
    }, PLAY_MS);
    return () => clearInterval(timer);
  }, [isPlaying.value, frames]);
  const toggle = () => {
    isPlaying.value = !isPlaying.value;
  };
  useKeys({ ArrowLeft: () => step(-1), ArrowRight: () => step(1), ' ': toggle }, pairs.length > 0);
  const moment = Date.parse(detection.start) + at.value * 1000;
  const inWork = pair?.referenceTime ?? detection.reference.start + at.value * detection.speed;
  const source = (side: Side) => (pair?.[side].available ? framePicture(detection.id, pair.n, side) : null);
  const why = (side: Side) =>
    frames ? (pair?.[side].reason ?? 'There is no picture of this.') : 'Loading …';
  return (
    <section class="card stack frames" aria-label="Pictures of both sides">
      {error && <Problem error={error} />}
      <div class="pair">
        <figure class={isTurned.value ? 'turned' : ''}>
          <figcaption>
            <b>On the stream</b>
            {detection.mirrored && (
              <button
                type="button"
                class="button quiet small"
                aria-pressed={isTurned.value}
                onClick={() => {
                  isTurned.value = !isTurned.value;
                }}
              >
                Mirror back
              </button>
            )}
            <Time at={moment} short />
          </figcaption>
          <Frame src={source('stream')} alt="The stream at this place" none={why('stream')} box={view} />
        </figure>
        <figure>
          <figcaption>
            <b>In the reference</b>
            <span class="soft">{placeOf(inWork)}</span>
          </figcaption>
          <Frame src={source('reference')} alt="The reference at the same place" none={why('reference')} />
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
      <Remark media={frames?.media ?? null} />
    </section>
  );
}

function Remark({ media }: { readonly media: Frames['media'] | null }) {
  if (media?.state === 'fetching')
    return <p class="soft small">The media of the stream are on their way …</p>;
  if (media?.placed === 'by-the-clock')
    return <p class="soft small">Placed by the clock: pictures of the stream may be some seconds off.</p>;
  return media?.reason ? <p class="soft small">{media.reason}</p> : null;
}

/** The first pair was taken when the detection was found; where that was may not be known. */
const timeOf = ({ streamTime }: FramePair) => streamTime ?? 0;

/** Index of the pair nearest to a time, one with both pictures rather than one without; -1 without any. */
function nearest(pairs: readonly FramePair[], at: number): number {
  let best = -1;
  const farOf = (pair: FramePair) =>
    Math.abs(timeOf(pair) - at) + (pair.stream.available && pair.reference.available ? 0 : 2);
  for (const [index, pair] of pairs.entries())
    if (best < 0 || farOf(pair) < farOf(pairs[best]!)) best = index;
  return best;
}
