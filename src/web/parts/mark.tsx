import type { StreamState } from '../api/types.js';
import { stateWords } from '../lib/words.js';

const SHAPES: Readonly<Record<StreamState | 'lost' | 'tick' | 'wait', string>> = {
  live: 'M5 0a5 5 0 1 0 0 10A5 5 0 0 0 5 0Z',
  stalled: 'M0 0h3.6v10H0zM6.4 0H10v10H6.4z',
  gone: 'M1.6 0 5 3.4 8.4 0 10 1.6 6.6 5 10 8.4 8.4 10 5 6.6 1.6 10 0 8.4 3.4 5 0 1.6Z',
  unknown: 'M5 0a5 5 0 1 0 0 10A5 5 0 0 0 5 0Zm0 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z',
  lost: 'M5 0 10 9.4H0Z',
  tick: 'M9 1 10 2.2 3.9 9 0 5.2 1.2 4 3.8 6.5Z',
  wait: 'M5 0a5 5 0 1 0 0 10A5 5 0 0 0 5 0Zm0 1.6v6.8a3.4 3.4 0 0 1 0-6.8Z',
};

/** A small shape; what it means stands beside it as text. */
export function Mark({ shape }: { readonly shape: keyof typeof SHAPES }) {
  return (
    <svg class="mark" viewBox="0 0 10 10" aria-hidden="true">
      <path d={SHAPES[shape]} />
    </svg>
  );
}

/** State of a stream by shape, text and colour. */
export function StateMark({ state }: { readonly state: StreamState }) {
  return (
    <span class={`state ${state}`}>
      <Mark shape={state} />
      {stateWords[state]}
    </span>
  );
}
