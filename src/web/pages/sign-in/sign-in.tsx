import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { signIn } from '../../api/calls.js';
import { ApiError } from '../../api/client.js';
import { session } from '../../lib/session.js';

/** Asks for a key; the page that was wanted is shown afterwards. */
export function SignIn() {
  const key = useSignal('');
  const error = useSignal<string | null>(null);
  const busy = useSignal(false);
  useEffect(() => {
    document.title = 'Sign in · Streamprint';
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    error.value = null;
    try {
      session.value = await signIn(key.value.trim());
    } catch (caught) {
      const problem = ApiError.from(caught);
      error.value =
        problem.status === 401 || problem.status === 400
          ? 'This key is not known, or no longer valid.'
          : problem.message;
    } finally {
      busy.value = false;
    }
  };
  return (
    <main class="sign-in">
      <form class="card" onSubmit={submit}>
        <span class="brand">
          <img src="/icon.svg" alt="" />
          Streamprint
        </span>
        <h1>Sign in</h1>
        <label class="stack">
          <span>Your key</span>
          <input
            type="password"
            name="key"
            autocomplete="current-password"
            autofocus
            required
            value={key.value}
            aria-describedby={error.value ? 'key-error' : 'key-hint'}
            aria-invalid={error.value !== null}
            onInput={(event) => {
              key.value = event.currentTarget.value;
            }}
          />
        </label>
        {error.value ? (
          <p id="key-error" class="problem" role="alert">
            {error.value}
          </p>
        ) : (
          <p id="key-hint" class="soft small">
            It begins with <span class="mono">sp_</span>. An administrator gives it to you; the first start of
            the service prints one.
          </p>
        )}
        <button type="submit" class="button main" disabled={busy.value}>
          {busy.value ? 'Signing in …' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}
