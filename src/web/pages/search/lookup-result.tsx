import type { Lookup } from '../../api/types.js';
import { many, place, placeOf } from '../../lib/format.js';
import { confidence, modalityWords } from '../../lib/words.js';
import { Time } from '../../parts/time.js';

/** What became of a look-up: works that the clip holds, and streams on which it ran. */
export function LookupResult({ lookup }: { readonly lookup: Lookup | null }) {
  if (!lookup) return <p>Sending the clip …</p>;
  if (lookup.state === 'failed')
    return <p class="problem">{lookup.error?.detail ?? 'It could not be looked up.'}</p>;
  if (lookup.state !== 'done') return <p>Looking …</p>;
  return (
    <>
      <h3>
        {lookup.matches.length > 0
          ? `${many(lookup.matches.length, 'match', 'matches')} in the catalogue`
          : 'No work of the catalogue is in it.'}
      </h3>
      {lookup.matches.length > 0 && (
        <ul class="stack">
          {lookup.matches.map((match) => (
            <li key={`${match.assetId}${match.clip.start}`}>
              <a
                href={`/catalogue/${encodeURIComponent(match.catalogue)}/${encodeURIComponent(match.assetId)}`}
              >
                <b>
                  <bdi>{match.title}</bdi>
                </b>
              </a>{' '}
              at {place(match.clip.start)} – {place(match.clip.end)} of the clip,{' '}
              {placeOf(match.reference.start)} – {placeOf(match.reference.end)} of the work.{' '}
              <span class="soft">
                {modalityWords[match.modality]}, {confidence(match.score).toLowerCase()} (
                {match.score.toFixed(2)})
              </span>
            </li>
          ))}
        </ul>
      )}
      <h3>
        {lookup.streams.length > 0
          ? `Seen on ${many(lookup.streams.length, 'stream')}`
          : 'Not seen on any stream that was watched.'}
      </h3>
      {lookup.streams.length > 0 && (
        <ul class="stack">
          {lookup.streams.map((seen) => (
            <li key={`${seen.stream.id}${seen.start}`}>
              <a href={`/streams/${encodeURIComponent(seen.stream.id)}`}>
                <bdi>{seen.stream.name}</bdi>
              </a>{' '}
              <Time at={seen.start} /> <span class="soft">({seen.score.toFixed(2)})</span>
            </li>
          ))}
        </ul>
      )}
      {lookup.notes.map((note) => (
        <p key={note} class="soft small">
          {note}
        </p>
      ))}
    </>
  );
}
