import { type Signal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiError } from '../api/client.js';

export interface Loaded<T> {
  readonly value: T | null;
  readonly error: ApiError | null;
  readonly isLoading: boolean;
  /** Asks again; what is shown stays until the answer is there. */
  readonly reload: () => void;
}

/**
 * What a call answers, asked again whenever one of `inputs` changes; answers that come too late are dropped.
 * Null in place of a call = nothing to ask.
 */
export function useLoad<T>(
  call: ((abort: AbortSignal) => Promise<T>) | null,
  inputs: readonly unknown[],
): Loaded<T> {
  const state: Signal<Omit<Loaded<T>, 'reload'>> = useMemo(
    () => signal({ value: null, error: null, isLoading: call !== null }),
    [],
  );
  const round = useMemo(() => signal(0), []);
  const started = round.value;
  useEffect(() => {
    if (!call) {
      state.value = { value: null, error: null, isLoading: false };
      return;
    }
    const abort = new AbortController();
    state.value = { ...state.peek(), isLoading: true };
    call(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) state.value = { value, error: null, isLoading: false };
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        state.value = { value: state.peek().value, error: ApiError.from(error), isLoading: false };
      },
    );
    return () => abort.abort();
  }, [...inputs, started]);
  const reload = useMemo(() => () => round.value++, []);
  return { ...state.value, reload };
}
