import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { localTime, many } from '../lib/format.js';
import { caughtUp, connection, lastHeard } from '../lib/live.js';

const SHOWN_MS = 4000;

/** Says when what is shown may be old, and when it no longer is. */
export function Banner() {
  const state = connection.value;
  const wasAway = useSignal(false);
  const isBack = useSignal(false);
  useEffect(() => {
    if (state === 'lost') wasAway.value = true;
    if (state !== 'live' || !wasAway.value) return;
    wasAway.value = false;
    isBack.value = true;
    const timer = setTimeout(() => {
      isBack.value = false;
    }, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  return <div role="status">{text(state, isBack.value)}</div>;
}

function text(state: string, isBack: boolean) {
  if (state === 'lost')
    return (
      <div class="banner lost">
        Connection lost at {localTime(lastHeard.peek())}: what is shown is from then. Trying again …
      </div>
    );
  if (state === 'catching-up') return <div class="banner catching-up">Connected again, catching up …</div>;
  if (isBack)
    return <div class="banner back">Up to date again: {many(caughtUp.value, 'event')} caught up on.</div>;
  return null;
}
