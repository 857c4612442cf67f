import type { AssetState } from '../../api/types.js';
import { Mark } from '../../parts/mark.js';

const LOOK = {
  ready: { text: 'Ready', look: 'good', shape: 'tick' },
  processing: { text: 'Processing', look: 'accent', shape: 'wait' },
  failed: { text: 'Failed', look: 'bad', shape: 'gone' },
  'no-reference': { text: 'No reference', look: 'warn', shape: 'unknown' },
} as const;

export function AssetStateTag({ state }: { readonly state: AssetState }) {
  const { text, look, shape } = LOOK[state];
  return (
    <span class={`tag ${look}`}>
      <Mark shape={shape} />
      {text}
    </span>
  );
}
