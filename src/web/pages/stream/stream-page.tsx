import { stream as askStream, search } from '../../api/calls.js';
import { bitRate } from '../../lib/format.js';
import { useLive } from '../../lib/live.js';
import { useLoad } from '../../lib/load.js';
import { DetectionList } from '../../parts/detection-list.js';
import { Frame } from '../../parts/frame.js';
import { StateMark } from '../../parts/mark.js';
import { Problem } from '../../parts/problem.js';
import { Time } from '../../parts/time.js';
import { frameOf } from '../now/tile.js';
import { Timeline } from '../timeline/timeline.js';

/** One stream: how it is, and what it carried. */
export function StreamPage({ id }: { readonly id: string }) {
  const { value: stream, error, reload } = useLoad((abort) => askStream(id, abort), [id]);
  const found = useLoad((abort) => search({ stream: [id], limit: 50 }, abort), [id]);
  useLive(({ type, body }) => {
    const about =
      (body.stream as { id?: string } | undefined)?.id ??
      (body.detection as { stream: { id: string } } | undefined)?.stream.id;
    if (about !== id || type === 'stream.segment') return;
    reload();
    if (type.startsWith('detection.')) found.reload();
  });
  if (!stream) return error ? <Problem error={error} retry={reload} /> : <p class="soft">Loading …</p>;
  return (
    <div class="stack">
      <div class="page-head">
        <h1 class="clamp2">
          <bdi>{stream.name}</bdi>
        </h1>
        <StateMark state={stream.state} />
      </div>
      <div class="about">
        <Frame
          src={frameOf(stream)}
          alt="The last picture of this stream"
          none="There is no picture of it yet."
        />
        <div class="card">
          <dl class="facts">
            <dt>Carries now</dt>
            <dd>
              {stream.carries.length === 0
                ? 'nothing known'
                : stream.carries.map((carried) => (
                    <div key={carried.detectionId}>
                      <a href={`/detections/${encodeURIComponent(carried.detectionId)}`}>
                        <bdi>{carried.title}</bdi>
                      </a>{' '}
                      since <Time at={carried.since} short />
                    </div>
                  ))}
            </dd>
            <dt>State since</dt>
            <dd>
              <Time at={stream.since} />
            </dd>
            <dt>Last segment</dt>
            <dd>
              <Time at={stream.lastSegmentAt} />
            </dd>
            {stream.bitRate !== null && (
              <>
                <dt>Bit rate</dt>
                <dd>{bitRate(stream.bitRate)}</dd>
              </>
            )}
            <dt>Address</dt>
            <dd class="mono">{stream.url}</dd>
            {stream.probe !== null && (
              <>
                <dt>Probe</dt>
                <dd>{stream.probe}</dd>
              </>
            )}
            {stream.lastError !== null && (
              <>
                <dt>Last error</dt>
                <dd>
                  {stream.lastError.message}{' '}
                  <span class="soft">
                    (<Time at={stream.lastError.at} />)
                  </span>
                </dd>
              </>
            )}
          </dl>
        </div>
      </div>
      <Timeline stream={id} label="Detections on this stream by time" />
      <h2>What it carried</h2>
      {found.error && <Problem error={found.error} retry={found.reload} />}
      {found.value && <DetectionList detections={found.value.items} none="Nothing was found on it." />}
    </div>
  );
}
