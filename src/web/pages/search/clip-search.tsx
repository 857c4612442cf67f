import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import * as calls from '../../api/calls.js';
import { ApiError } from '../../api/client.js';
import type { Lookup } from '../../api/types.js';
import { brief } from '../../lib/format.js';
import { DropZone } from '../../parts/drop-zone.js';
import { LookupResult } from './lookup-result.js';

const ASK_EVERY_MS = 700;

/** Where does this clip come from, and on which streams was it seen? */
export function ClipSearch() {
  const name = useSignal<string | null>(null);
  const lookup = useSignal<Lookup | null>(null);
  const error = useSignal<string | null>(null);
  const url = useSignal('');
  const round = useRef(0);
  useEffect(
    () => () => {
      round.current++;
    },
    [],
  );
  const run = async (what: string, begin: () => Promise<Lookup>) => {
    const mine = ++round.current;
    name.value = what;
    lookup.value = null;
    error.value = null;
    try {
      let state = await begin();
      while (mine === round.current) {
        lookup.value = state;
        if (state.state === 'done' || state.state === 'failed') return;
        await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
        state = await calls.lookup(state.id);
      }
    } catch (caught) {
      if (mine === round.current) error.value = ApiError.from(caught).message;
    }
  };
  const clear = () => {
    round.current++;
    name.value = null;
    lookup.value = null;
    error.value = null;
  };
  return (
    <section class="stack clip" aria-label="Search by a clip">
      <DropZone
        button="Choose a clip"
        accept="video/*,audio/*,.ts,.mkv,.mxf"
        onFiles={([file]) => file && void run(file.name, () => calls.lookUpFile(file))}
      >
        <b>Drop a clip here</b>{' '}
        <span class="soft">to find where it comes from and on which streams it ran.</span>
      </DropZone>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          const address = url.value.trim();
          if (address !== '') void run(address, () => calls.lookUpUrl(address));
        }}
      >
        <label class="grow">
          <span class="hidden">Address of a clip</span>
          <input
            type="url"
            placeholder="or the address of one: https://…"
            value={url.value}
            onInput={(event) => {
              url.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit" class="button">
          Look up
        </button>
      </form>
      {name.value !== null && (
        <div class="card stack" aria-live="polite">
          <div class="row spread">
            <h2 class="any">
              <bdi>{brief(name.value, 90)}</bdi>
            </h2>
            <button type="button" class="button quiet" onClick={clear}>
              Close
            </button>
          </div>
          {error.value && <p class="problem">{error.value}</p>}
          {!error.value && <LookupResult lookup={lookup.value} />}
        </div>
      )}
    </section>
  );
}
