import { facts as askFacts } from '../../api/calls.js';
import type { CaptureFacts as Facts } from '../../api/types.js';
import { bytes, many } from '../../lib/format.js';
import { useLoad } from '../../lib/load.js';
import { Time } from '../../parts/time.js';

/** Where and how what was found was captured. */
export function CaptureFacts({ id }: { readonly id: string }) {
  const { value, error } = useLoad((abort) => askFacts(id, abort), [id]);
  return (
    <section class="card stack">
      <h2>How it was captured</h2>
      {error && <p class="soft">{error.message}</p>}
      {value && <Capture {...value} />}
    </section>
  );
}

function Capture({ capture, coverage }: Facts) {
  const [first] = capture.segments;
  const gaps = coverage.filter(({ state }) => state !== 'captured');
  return (
    <>
      {capture.reason !== null && <p class="soft">{capture.reason}</p>}
      <dl class="facts small">
        {capture.probe !== null && (
          <>
            <dt>Probe</dt>
            <dd>{capture.probe}</dd>
          </>
        )}
        {first && (
          <>
            <dt>Address</dt>
            <dd class="mono">{first.url}</dd>
            {first.redirects.length > 0 && (
              <>
                <dt>By way of</dt>
                <dd class="mono">{first.redirects.join(' → ')}</dd>
              </>
            )}
            <dt>Server</dt>
            <dd>{serverOf(first)}</dd>
            <dt>Captured</dt>
            <dd>
              {many(capture.segments.length, 'segment')},{' '}
              {bytes(capture.segments.reduce((sum, segment) => sum + segment.bytes, 0))}
            </dd>
            <dt>First byte</dt>
            <dd>
              <Time at={first.firstByte} />
            </dd>
          </>
        )}
        <dt>Missing</dt>
        <dd>
          {gaps.length === 0
            ? 'nothing'
            : gaps.map(({ start, state, reason }) => (
                <div key={start}>
                  {state} at <Time at={start} short /> {reason}
                </div>
              ))}
        </dd>
      </dl>
      {first && (
        <details class="small">
          <summary>Digests of the segments (SHA-256)</summary>
          <ol class="digests mono">
            {capture.segments.map(({ sequence, sha256 }) => (
              <li key={sequence}>
                {sequence} {sha256}
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

const serverOf = ({ ip, network, country }: Facts['capture']['segments'][number]) =>
  [ip ?? 'address not known', network === null ? null : `AS${network}`, country]
    .filter((part) => part !== null)
    .join(', ');
