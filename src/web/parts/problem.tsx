import type { ApiError } from '../api/client.js';

/** What went wrong, as a sentence, with a way to try again. */
export function Problem({ error, retry }: { readonly error: ApiError; readonly retry?: () => void }) {
  return (
    <div class="problem row spread" role="alert">
      <span>{error.message}</span>
      {retry && (
        <button type="button" class="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
