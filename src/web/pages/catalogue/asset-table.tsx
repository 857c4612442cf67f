import type { Asset, FacetValue } from '../../api/types.js';
import { AssetStateTag } from './asset-state.js';

const POLICY = { alert: 'Alert', record: 'Record', ignore: 'Ignore' } as const;

interface Props {
  readonly assets: readonly Asset[];
  /** How often each was found. */
  readonly found: readonly FacetValue[];
  readonly isNarrowed: boolean;
}

export function AssetTable({ assets, found, isNarrowed }: Props) {
  const counts = new Map(found.map(({ value, count }) => [value, count]));
  if (assets.length === 0)
    return (
      <div class="nothing card">
        {isNarrowed ? 'No title is like that.' : 'No title yet: drop one above.'}
      </div>
    );
  return (
    <div class="card scroll-x">
      <table class="assets">
        <thead>
          <tr>
            <th scope="col">Title</th>
            <th scope="col">State</th>
            <th scope="col">Turned up</th>
            <th scope="col" class="wide-only">
              References
            </th>
            <th scope="col" class="wide-only">
              When found
            </th>
            <th scope="col" class="wide-only">
              Rights holder
            </th>
          </tr>
        </thead>
        <tbody>
          {assets.map((asset) => {
            const href = `/catalogue/${encodeURIComponent(asset.catalogue)}/${encodeURIComponent(asset.id)}`;
            const count = counts.get(asset.id) ?? 0;
            return (
              <tr key={asset.id}>
                <td>
                  <a href={href} class="clamp2">
                    <bdi>{asset.title}</bdi>
                  </a>
                </td>
                <td>
                  <AssetStateTag state={asset.state} />
                </td>
                <td>
                  {count > 0 ? (
                    <a href={href}>
                      {count} {count === 1 ? 'time' : 'times'}
                    </a>
                  ) : (
                    <span class="soft">never</span>
                  )}
                </td>
                <td class="wide-only">{asset.references}</td>
                <td class="wide-only">{POLICY[asset.policy]}</td>
                <td class="wide-only">
                  <bdi class="clamp2">{asset.rightsHolder ?? ''}</bdi>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
