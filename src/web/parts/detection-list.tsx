import { framePicture } from '../api/calls.js';
import type { Detection, ReviewState } from '../api/types.js';
import { span } from '../lib/format.js';
import { changes, confidence, modalityWords, reviewWords } from '../lib/words.js';
import { Frame } from './frame.js';
import { Mark } from './mark.js';
import { Time } from './time.js';

const REVIEW_LOOK: Readonly<Record<ReviewState, string>> = {
  none: '',
  confirmed: 'good',
  rejected: 'bad',
  licensed: 'accent',
  'second-opinion': 'warn',
};

export function ReviewTag({ review }: { readonly review: ReviewState }) {
  return (
    <span class={`tag ${REVIEW_LOOK[review]}`}>
      {review === 'confirmed' && <Mark shape="tick" />}
      {review === 'rejected' && <Mark shape="gone" />}
      {reviewWords[review]}
    </span>
  );
}

interface Props {
  readonly detections: readonly Detection[];
  readonly none: string;
}

/** Detections one below the other, each a link to its page. */
export function DetectionList({ detections, none }: Props) {
  if (detections.length === 0) return <div class="nothing card">{none}</div>;
  return (
    <ul class="found">
      {detections.map((detection) => (
        <li key={detection.id} class="card">
          <a class="cover" href={`/detections/${encodeURIComponent(detection.id)}`}>
            <Frame src={framePicture(detection.id, 0, 'stream')} alt="" none="no picture" lazy />
            <span class="stack">
              <b class="clamp2">
                <bdi>{detection.title}</bdi>
              </b>
              <span class="soft clamp1">
                <bdi>{detection.stream.name}</bdi>
              </span>
            </span>
          </a>
          <span class="when">
            <Time at={detection.start} />
            <span class="soft small">
              {span((Date.parse(detection.end) - Date.parse(detection.start)) / 1000)}
              {detection.state === 'open' && ', still running'}
            </span>
          </span>
          <span class="how small">
            <span>
              {modalityWords[detection.modality]}
              {changes(detection).map((change) => (
                <span key={change}>, {change.toLowerCase()}</span>
              ))}
            </span>
            <span class="soft">
              {confidence(detection.score)} ({detection.score.toFixed(2)})
            </span>
          </span>
          <ReviewTag review={detection.review} />
        </li>
      ))}
    </ul>
  );
}
