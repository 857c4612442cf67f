import type { Detection } from '../../api/types.js';
import { placeOf, span } from '../../lib/format.js';
import { changes, classifiedWords, confidence, modalityWords, rarity, speedWords } from '../../lib/words.js';
import { Time } from '../../parts/time.js';

/** What was found, in words. */
export function AsFound({ detection, seconds }: { readonly detection: Detection; readonly seconds: number }) {
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
          <Time at={detection.start} />
        </dd>
        <dt>To</dt>
        <dd>
          <Time at={detection.end} />
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
