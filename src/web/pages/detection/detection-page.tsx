import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import * as calls from '../../api/calls.js';
import { brief } from '../../lib/format.js';
import { useLive } from '../../lib/live.js';
import { useLoad } from '../../lib/load.js';
import { ReviewTag } from '../../parts/detection-list.js';
import { Problem } from '../../parts/problem.js';
import { AlignmentPlot } from './alignment-plot.js';
import { AsFound } from './as-found.js';
import { CaptureFacts } from './capture-facts.js';
import { FramesInStep } from './frames-in-step.js';
import { ReviewPanel } from './review-panel.js';
import { Spectrograms } from './spectrograms.js';

/** Media that are on their way are asked for again after this long, ms. */
const FETCHING_MS = 3000;

/** While it goes on, both sides are compared anew at most this often, ms. */
const COMPARED_MS = 8000;

/** One detection: what convinces, and what one decides. */
export function DetectionPage({ id }: { readonly id: string }) {
  const found = useLoad((abort) => calls.detection(id, abort), [id]);
  const alignment = useLoad((abort) => calls.alignment(id, abort), [id]);
  const frames = useLoad((abort) => calls.frames(id, abort), [id]);
  const reviews = useLoad((abort) => calls.reviews(id, abort), [id]);
  /** Seconds from the start of the detection at which both sides are looked at. */
  const at = useSignal(0);
  const detection = found.value?.data ?? null;
  const isFetching = frames.value?.media.state === 'fetching';
  useEffect(() => {
    if (!isFetching) return;
    const timer = setInterval(frames.reload, FETCHING_MS);
    return () => clearInterval(timer);
  }, [isFetching]);
  const compared = useRef(0);
  useLive(({ type, body }) => {
    const about = (body.detection as { id?: string } | undefined)?.id ?? body.detectionId;
    if (about !== id) return;
    found.reload();
    if (type.startsWith('review')) reviews.reload();
    else if (type === 'detection.closed' || Date.now() > compared.current + COMPARED_MS) {
      compared.current = Date.now();
      frames.reload();
      alignment.reload();
    }
  });
  useEffect(() => {
    if (detection) document.title = `${brief(detection.title, 60)} · Streamprint`;
  }, [detection?.title]);
  if (!detection)
    return found.error ? <Problem error={found.error} retry={found.reload} /> : <p class="soft">Loading …</p>;
  const seconds = Math.max(0.1, (Date.parse(detection.end) - Date.parse(detection.start)) / 1000);
  return (
    <>
      <div class="page-head detection-head">
        <h1 class="clamp2">
          <bdi>{detection.title}</bdi> <span class="soft">on</span>{' '}
          <a href={`/streams/${encodeURIComponent(detection.stream.id)}`}>
            <bdi>{detection.stream.name}</bdi>
          </a>
        </h1>
        <ReviewTag review={detection.review} />
      </div>
      <div class="detection">
        <FramesInStep
          detection={detection}
          seconds={seconds}
          frames={frames.value}
          error={frames.error}
          view={alignment.value?.view ?? null}
          at={at}
        />
        <aside class="stack">
          <ReviewPanel
            detection={detection}
            etag={found.value?.etag ?? null}
            history={reviews.value ?? []}
            onDone={() => {
              found.reload();
              reviews.reload();
            }}
          />
          <AsFound detection={detection} seconds={seconds} view={alignment.value?.view ?? null} />
          <CaptureFacts id={id} />
        </aside>
        <div class="stack">
          <section class="card stack">
            <h2>Where both agree</h2>
            {alignment.error && <Problem error={alignment.error} />}
            {alignment.value && !alignment.value.available && <p class="soft">{alignment.value.reason}</p>}
            {alignment.value?.available && (
              <AlignmentPlot alignment={alignment.value} detection={detection} seconds={seconds} at={at} />
            )}
          </section>
          <Spectrograms id={id} seconds={seconds} at={at} />
        </div>
      </div>
    </>
  );
}
