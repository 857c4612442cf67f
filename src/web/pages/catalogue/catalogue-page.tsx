import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import * as calls from '../../api/calls.js';
import { ApiError } from '../../api/client.js';
import type { Asset, AssetState } from '../../api/types.js';
import { useLive } from '../../lib/live.js';
import { useLoad } from '../../lib/load.js';
import { location, setQuery } from '../../lib/router.js';
import { mayChange } from '../../lib/session.js';
import { Problem } from '../../parts/problem.js';
import { AssetTable } from './asset-table.js';
import { ImportPanel } from './import-panel.js';
import { UploadPanel } from './upload-panel.js';

const PAGE = 100;

/** A catalogue's titles, and how more of them come in. */
export function CataloguePage() {
  const { query } = location.value;
  const q = query.get('q') ?? '';
  const state = query.get('state') ?? '';
  const catalogues = useLoad((abort) => calls.catalogues(abort), []);
  const catalogue = query.get('catalogue') ?? catalogues.value?.[0]?.name ?? null;
  const ask = {
    ...(catalogue === null ? {} : { catalogue }),
    ...(q === '' ? {} : { q }),
    ...(state === '' ? {} : { state: state as AssetState }),
    limit: PAGE,
  };
  const first = useLoad(catalogue === null ? null : (abort) => calls.assets(ask, abort), [
    catalogue,
    q,
    state,
  ]);
  const counts = useLoad(
    catalogue === null
      ? null
      : (abort) => calls.search({ catalogue: [catalogue], facets: 'asset', limit: 1 }, abort),
    [catalogue],
  );
  const more = useSignal<readonly Asset[]>([]);
  const next = useSignal<string | null>(null);
  const table = useSignal<File | null>(null);
  const error = useSignal<ApiError | null>(null);
  useEffect(() => {
    more.value = [];
    next.value = first.value?.next ?? null;
  }, [first.value]);
  useLive(({ type }) => {
    if (type === 'reference.ready') first.reload();
    if (type === 'detection.opened') counts.reload();
  });
  const showMore = async () => {
    try {
      const page = await calls.assets({ ...ask, cursor: next.value ?? undefined });
      more.value = [...more.value, ...page.items];
      next.value = page.next;
    } catch (caught) {
      error.value = ApiError.from(caught);
    }
  };
  if (!catalogues.value)
    return catalogues.error ? (
      <Problem error={catalogues.error} retry={catalogues.reload} />
    ) : (
      <p class="soft">Loading …</p>
    );
  return (
    <div class="stack">
      <div class="page-head">
        <h1>Catalogue</h1>
        {catalogues.value.length > 1 && (
          <label class="row">
            <span class="hidden">Which catalogue</span>
            <select
              value={catalogue ?? ''}
              onChange={(event) => setQuery({ catalogue: event.currentTarget.value }, 'push')}
            >
              {catalogues.value.map(({ name, title }) => (
                <option key={name} value={name}>
                  {(title || name).slice(0, 80)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {catalogue === null ? (
        <div class="nothing card">There is no catalogue yet.</div>
      ) : (
        <>
          {mayChange('rights-holder') && (
            <UploadPanel
              catalogue={catalogue}
              assetId={null}
              onDone={first.reload}
              onTable={(file) => {
                table.value = file;
              }}
            />
          )}
          {table.value && (
            <ImportPanel
              catalogue={catalogue}
              file={table.value}
              onDone={first.reload}
              onClose={() => {
                table.value = null;
              }}
            />
          )}
          <div class="row">
            <label>
              <span class="hidden">Titles that hold</span>
              <input
                type="search"
                placeholder="Title or number"
                value={q}
                onInput={(event) => setQuery({ q: event.currentTarget.value })}
              />
            </label>
            <label class="row">
              <span class="soft small">State</span>
              <select value={state} onChange={(event) => setQuery({ state: event.currentTarget.value })}>
                <option value="">any</option>
                <option value="ready">ready</option>
                <option value="processing">processing</option>
                <option value="failed">failed</option>
                <option value="no-reference">no reference</option>
              </select>
            </label>
          </div>
          {(first.error ?? error.value) && (
            <Problem error={(first.error ?? error.value)!} retry={first.reload} />
          )}
          {first.value && (
            <AssetTable
              assets={[...first.value.items, ...more.value]}
              found={counts.value?.facets.asset ?? []}
              isNarrowed={q !== '' || state !== ''}
            />
          )}
          {next.value !== null && (
            <button type="button" class="button" onClick={showMore}>
              Show more
            </button>
          )}
        </>
      )}
    </div>
  );
}
