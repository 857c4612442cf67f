import { memo } from 'preact/compat';
import { framePath } from '../../api/calls.js';
import { address } from '../../api/client.js';
import type { Stream } from '../../api/types.js';
import { stateWords } from '../../lib/words.js';
import { Frame } from '../../parts/frame.js';
import { StateMark } from '../../parts/mark.js';
import { Time } from '../../parts/time.js';

/** A picture is asked for again at most this often, ms. */
const FRAME_EVERY_MS = 10_000;

/** The address of the last picture, which changes as often as it may be asked for. */
export function frameOf({ id, hasFrame, lastSegmentAt }: Stream): string | null {
  if (!hasFrame) return null;
  const round = lastSegmentAt ? Math.floor(Date.parse(lastSegmentAt) / FRAME_EVERY_MS) : 0;
  return address(framePath(id), { v: round });
}

interface Props {
  readonly stream: Stream;
  readonly isNew: boolean;
}

/** One stream: its last picture, its state, what it carries and since when; leads to what it carries. */
export const Tile = memo(({ stream, isNew }: Props) => {
  const latest = stream.carries.at(-1);
  const href = latest
    ? `/detections/${encodeURIComponent(latest.detectionId)}`
    : `/streams/${encodeURIComponent(stream.id)}`;
  const more = stream.carries.length - 1;
  return (
    <li class={`tile ${latest ? 'carries' : ''} ${isNew ? 'appear' : ''}`}>
      <a href={href} title={`${stream.name.slice(0, 200)}: ${stateWords[stream.state]}`}>
        <Frame src={frameOf(stream)} alt="" none="no picture yet" lazy />
        <StateMark state={stream.state} />
        <b class="clamp1">
          <bdi>{stream.name}</bdi>
        </b>
        {latest ? (
          <>
            <span class="what clamp1">
              <bdi>{latest.title}</bdi>
            </span>
            <span class="since">
              since <Time at={latest.since} short />
              {more > 0 && ` +${more}`}
            </span>
          </>
        ) : (
          <span class="since">
            {stream.state === 'gone' && stream.since !== null ? (
              <>
                since <Time at={stream.since} short />
              </>
            ) : (
              'nothing known'
            )}
          </span>
        )}
      </a>
    </li>
  );
});
