import { type Signal, useComputed } from '@preact/signals';
import { soundPath, spectrogram } from '../../api/calls.js';
import type { Side } from '../../api/types.js';
import { many, place } from '../../lib/format.js';
import { useLoad } from '../../lib/load.js';
import { SpectrogramPicture } from './spectrogram-picture.js';

/** So much is shown at once, s. */
const WINDOW = 20;

const SIDES: readonly (readonly [Side, string])[] = [
  ['stream', 'Sound on the stream'],
  ['reference', 'Sound of the reference'],
];

interface Props {
  readonly id: string;
  readonly seconds: number;
  readonly at: Signal<number>;
}

/** Both sides' sound as pictures, with the landmarks that agree; of long detections the part that is looked at. */
export function Spectrograms({ id, seconds, at }: Props) {
  const last = Math.max(0, Math.ceil(seconds / WINDOW) - 1);
  const from = useComputed(() => WINDOW * Math.min(last, Math.floor(at.value / WINDOW)));
  const length = Math.max(1, Math.min(WINDOW, seconds - from.value));
  const within = useComputed(() => at.value - from.value);
  return (
    <section class="card stack">
      <div class="row spread">
        <h2>What is heard</h2>
        {seconds > WINDOW && (
          <span class="soft small">
            {place(from.value)} – {place(from.value + length)}
          </span>
        )}
      </div>
      {SIDES.map(([side, name]) => (
        <One key={side} id={id} side={side} name={name} from={from.value} length={length} within={within} />
      ))}
    </section>
  );
}

interface OneProps {
  readonly id: string;
  readonly side: Side;
  readonly name: string;
  readonly from: number;
  readonly length: number;
  readonly within: Signal<number>;
}

function One({ id, side, name, from, length, within }: OneProps) {
  const { value, error, isLoading } = useLoad(
    (abort) => spectrogram(id, side, from, length, abort),
    [id, side, from, length],
  );
  const isHeard = side === 'stream' && value?.image;
  return (
    <figure class="stack">
      <figcaption class="row spread">
        <b>{name}</b>
        {value?.available && <span class="soft small">{many(value.agreeing.length, 'landmark')} agree</span>}
        {isHeard && (
          // biome-ignore lint/a11y/useMediaCaption: an excerpt of a stream, which nobody wrote down
          <audio controls preload="none" src={soundPath(id, from, length)} aria-label={name} />
        )}
      </figcaption>
      {value?.available ? (
        <SpectrogramPicture data={value} name={name} at={within} />
      ) : (
        <p class="soft small">{error?.message ?? value?.reason ?? (isLoading ? 'Loading …' : '')}</p>
      )}
      {value?.available && value.imageReason !== null && <p class="soft small">{value.imageReason}</p>}
    </figure>
  );
}
