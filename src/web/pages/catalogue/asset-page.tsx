import * as calls from '../../api/calls.js';
import type { Asset } from '../../api/types.js';
import { useLive } from '../../lib/live.js';
import { useLoad } from '../../lib/load.js';
import { mayChange } from '../../lib/session.js';
import { DetectionList } from '../../parts/detection-list.js';
import { Problem } from '../../parts/problem.js';
import { Time } from '../../parts/time.js';
import { Timeline } from '../timeline/timeline.js';
import { AssetStateTag } from './asset-state.js';
import { UploadPanel } from './upload-panel.js';

interface Props {
  readonly catalogue: string;
  readonly assetId: string;
}

/** One title: what is known of it, and where it turned up. */
export function AssetPage({ catalogue, assetId }: Props) {
  const {
    value: asset,
    error,
    reload,
  } = useLoad((abort) => calls.asset(catalogue, assetId, abort), [catalogue, assetId]);
  const found = useLoad(
    (abort) => calls.search({ catalogue: [catalogue], asset: [assetId], limit: 50 }, abort),
    [catalogue, assetId],
  );
  useLive(({ type, body }) => {
    if (type === 'reference.ready') reload();
    if (type.startsWith('detection.') && (body.detection as { assetId: string }).assetId === assetId)
      found.reload();
  });
  if (!asset) return error ? <Problem error={error} retry={reload} /> : <p class="soft">Loading …</p>;
  const numbers = [
    ['EIDR', asset.eidr],
    ['ISAN', asset.isan],
    ['ISRC', asset.isrc],
    ['Rights holder', asset.rightsHolder],
    ['Territories', asset.territories.join(', ') || null],
    ...Object.entries(asset.titles).map(([language, title]) => [`Title (${language})`, title] as const),
    ...asset.licenceWindows.map((window) => ['Licensed', licenceOf(window)] as const),
  ] as const;
  return (
    <div class="stack">
      <div class="page-head">
        <h1 class="clamp2">
          <bdi>{asset.title}</bdi>
        </h1>
        <AssetStateTag state={asset.state} />
      </div>
      <div class="card">
        <dl class="facts">
          {numbers.map(
            ([name, value]) =>
              value && (
                <>
                  <dt key={name}>{name}</dt>
                  <dd>
                    <bdi>{value}</bdi>
                  </dd>
                </>
              ),
          )}
          <dt>References</dt>
          <dd>{asset.references}</dd>
          <dt>When found</dt>
          <dd>{{ alert: 'alert', record: 'record only', ignore: 'ignore' }[asset.policy]}</dd>
          <dt>Changed</dt>
          <dd>
            <Time at={asset.updatedAt} />
          </dd>
        </dl>
      </div>
      {mayChange('rights-holder') && <UploadPanel catalogue={catalogue} assetId={assetId} onDone={reload} />}
      <h2>Where it turned up</h2>
      <Timeline
        asset={assetId}
        catalogue={catalogue}
        label="Where this title turned up, by stream and time"
      />
      {found.error && <Problem error={found.error} retry={found.reload} />}
      {found.value && <DetectionList detections={found.value.items} none="It was not found on any stream." />}
    </div>
  );
}

/** When and where a title may be shown by others. */
const licenceOf = ({ from, to, territories }: Asset['licenceWindows'][number]) =>
  `${from?.slice(0, 10) ?? 'always'} to ${to?.slice(0, 10) ?? 'open end'}${territories.length > 0 ? ` in ${territories.join(', ')}` : ''}`;
