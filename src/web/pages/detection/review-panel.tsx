import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import * as calls from '../../api/calls.js';
import { ApiError } from '../../api/client.js';
import type { Detection, Review, Verdict } from '../../api/types.js';
import { brief } from '../../lib/format.js';
import { useKeys } from '../../lib/keys.js';
import { go } from '../../lib/router.js';
import { mayChange } from '../../lib/session.js';
import { reviewWords } from '../../lib/words.js';
import { Time } from '../../parts/time.js';
import { say } from '../../parts/toast.js';

const VERDICTS: readonly { readonly verdict: Verdict; readonly key: string; readonly name: string }[] = [
  { verdict: 'confirmed', key: 'c', name: 'Confirm' },
  { verdict: 'rejected', key: 'r', name: 'Reject …' },
  { verdict: 'licensed', key: 'l', name: 'Licensed' },
  { verdict: 'second-opinion', key: 's', name: 'Second opinion' },
];

const LOOK: Readonly<Partial<Record<Verdict, string>>> = { confirmed: 'main', 'second-opinion': 'wide' };

const REASONS = [
  'Not this work',
  'Another rendition or cover',
  'Shared material (advert, jingle, stock)',
  'Too little to tell',
];

interface Props {
  readonly detection: Detection;
  readonly etag: string | null;
  readonly history: readonly Review[];
  readonly onDone: () => void;
}

/** What a person decides about a detection, and what was decided before. */
export function ReviewPanel({ detection, etag, history, onDone }: Props) {
  const busy = useSignal(false);
  const error = useSignal<string | null>(null);
  const note = useSignal('');
  const reject = useRef<HTMLDialogElement>(null);
  const reason = useSignal(REASONS[0]!);
  const mayReview = mayChange('analyst');

  const decide = async (verdict: Verdict, why?: string) => {
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    try {
      const text = note.value.trim();
      await calls.review(
        detection.id,
        { verdict, ...(why ? { reason: why } : {}), ...(text === '' ? {} : { note: text }) },
        etag ?? undefined,
      );
      note.value = '';
      reject.current?.close();
      onDone();
      const next = await nextToReview(detection.id);
      say(
        `${reviewWords[verdict]}: ${brief(detection.title, 60)}.`,
        next ? { href: next, text: 'Next to review' } : undefined,
      );
    } catch (caught) {
      const problem = ApiError.from(caught);
      error.value =
        problem.status === 412
          ? 'Somebody else decided meanwhile: look at the history, then decide again.'
          : problem.message;
      if (problem.status === 412) onDone();
    } finally {
      busy.value = false;
    }
  };
  const press = (verdict: Verdict) => {
    if (verdict === 'rejected') reject.current?.showModal();
    else void decide(verdict);
  };
  const keys = Object.fromEntries(
    VERDICTS.flatMap(({ verdict, key }) => [
      [key, () => press(verdict)],
      [key.toUpperCase(), () => press(verdict)],
    ]),
  );
  const next = async () => {
    const href = await nextToReview(detection.id).catch(() => null);
    if (href) go(href);
    else say('Nothing else waits for a review.');
  };
  useKeys({ ...(mayReview ? keys : {}), n: next, N: next });
  return (
    <section class="card stack review" aria-labelledby="review-title">
      <h2 id="review-title">Is it this work?</h2>
      {mayReview ? (
        <>
          <div class="verdicts">
            {VERDICTS.map(({ verdict, key, name }) => (
              <button
                key={verdict}
                type="button"
                class={`button ${LOOK[verdict] ?? ''}`}
                aria-pressed={verdict === 'confirmed' ? undefined : detection.review === verdict}
                aria-keyshortcuts={key}
                disabled={busy.value}
                onClick={() => press(verdict)}
              >
                {name} <kbd>{key.toUpperCase()}</kbd>
              </button>
            ))}
          </div>
          <label class="stack">
            <span class="soft small">Note (may be left out)</span>
            <textarea
              rows={2}
              maxLength={2000}
              value={note.value}
              onInput={(event) => {
                note.value = event.currentTarget.value;
              }}
            />
          </label>
        </>
      ) : (
        <p class="soft">Analysts decide on this.</p>
      )}
      {error.value && (
        <p class="problem" role="alert">
          {error.value}
        </p>
      )}
      <History history={history} />
      <button type="button" class="button quiet" onClick={next}>
        Next to review <kbd>N</kbd>
      </button>
      <dialog ref={reject} aria-labelledby="reject-title">
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void decide('rejected', reason.value);
          }}
        >
          <h2 id="reject-title">Reject: why?</h2>
          {REASONS.map((text) => (
            <label key={text} class="row">
              <input
                type="radio"
                name="reason"
                checked={reason.value === text}
                onChange={() => {
                  reason.value = text;
                }}
              />
              {text}
            </label>
          ))}
          <div class="row">
            <button type="submit" class="button main" disabled={busy.value}>
              Reject
            </button>
            <button type="button" class="button" onClick={() => reject.current?.close()}>
              Back
            </button>
          </div>
        </form>
      </dialog>
    </section>
  );
}

function History({ history }: { readonly history: readonly Review[] }) {
  if (history.length === 0) return <p class="soft small">Nobody decided yet.</p>;
  return (
    <ol class="history small">
      {history.toReversed().map((review) => (
        <li key={`${review.at}${review.verdict}`}>
          <b>{reviewWords[review.verdict]}</b> by <bdi>{review.by.name}</bdi>
          <div class="soft">
            <Time at={review.at} />
          </div>
          {review.reason && <div class="any">{review.reason}</div>}
          {review.note && <div class="any">“{review.note}”</div>}
        </li>
      ))}
    </ol>
  );
}

/** The address of the newest other detection that nobody decided on. */
async function nextToReview(but: string): Promise<string | null> {
  const { items } = await calls.search({ review: ['none'], sort: '-start', limit: 2 });
  const next = items.find(({ id }) => id !== but);
  return next ? `/detections/${encodeURIComponent(next.id)}` : null;
}
