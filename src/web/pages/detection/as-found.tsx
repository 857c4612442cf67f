import type { Alignment, Detection } from '../../api/types.js';
import { placeOf, span } from '../../lib/format.js';
import { changes, classifiedWords, confidence, modalityWords, rarity, speedWords } from '../../lib/words.js';
import { Time } from '../../parts/time.js';

interface Props {
  readonly detection: Detection;
  readonly seconds: number;
  /** The part of the stream's picture that shows the work. */
  readonly view: Alignment['view'];
}

/** What was found, in words. */
export function AsFound({ detection, seconds, view }: Props) {
  const { score, expectedFalsePerDay, reference, modality } = detection;
  const alone = { both: 'Picture and sound agree', video: 'The pictures agree', audio: 'The sound agrees' }[
    modality
  ];
  const found = changes(detection);
  return (
    <section class="card stack">
      <h2>
        {confidence(score)}: {score.toFixed(2)} of 1
      </h2>
      <p>
        {alone} over {span(seconds)}. {rarity(expectedFalsePerDay)}
      </p>
      <dl class="facts">
        <dt>Title</dt>
        <dd>
          <a
            href={`/catalogue/${encodeURIComponent(detection.catalogue)}/${encodeURIComponent(detection.assetId)}`}
          >
            <bdi class="clamp2">{detection.title}</bdi>
          </a>
        </dd>
        <dt>From</dt>
        <dd>
          <Time at={detection.start} short />
        </dd>
        <dt>To</dt>
        <dd>
          <Time at={detection.end} short />
          {detection.state === 'open' && ' (still running)'}
        </dd>
        <dt>In the work</dt>
        <dd>
          {placeOf(reference.start)} – {placeOf(reference.end)}
        </dd>
        <dt>Recognised</dt>
        <dd>{modalityWords[modality]}</dd>
        <dt>Speed</dt>
        <dd>{speedWords(detection.speed)}</dd>
        <dt>Mirrored</dt>
        <dd>{detection.mirrored ? 'Yes' : 'No'}</dd>
        {view && (
          <>
            <dt>Picture</dt>
            <dd>{viewWords(view)}</dd>
          </>
        )}
        {detection.delay !== null && (
          <>
            <dt>Delay</dt>
            <dd>{span(detection.delay)} behind the original</dd>
          </>
        )}
        <dt>Handled as</dt>
        <dd>{classifiedWords[detection.classified] ?? detection.classified}</dd>
      </dl>
      {found.length > 0 && (
        <p class="row">
          {found.map((change) => (
            <span key={change} class="tag warn">
              {change}
            </span>
          ))}
        </p>
      )}
    </section>
  );
}

function viewWords({ x0, y0, x1, y1, ofReference }: NonNullable<Alignment['view']>): string {
  const of = ofReference === 'centre' ? 'the centre of the work' : 'the work';
  const share = (x1 - x0) * (y1 - y0);
  return share > 0.95 ? `All of it shows ${of}` : `${Math.round(share * 100)} % of it shows ${of}`;
}
