import type { Asset, StatedAsset } from '../domain/catalogue.js';
import { type AssetId, assetId } from '../domain/ids.js';
import type { Interval } from '../domain/match.js';
import type { Row } from '../storage/database.js';

/** What is done about an asset that is found: told, written down, or nothing. */
export const POLICIES = ['alert', 'record', 'ignore'] as const;
export type Policy = (typeof POLICIES)[number];

export const ASSET_STATES = ['no-reference', 'processing', 'ready', 'failed'] as const;
/**
 * `processing`: something of it is being registered. `failed`: that failed last, and there is nothing else.
 * `ready`: it has references, and is found.
 */
export type AssetState = (typeof ASSET_STATES)[number];

/** When and where an asset is licensed. Dates or times, ISO 8601; null = open. */
export interface LicenceWindow {
  readonly from: string | null;
  readonly to: string | null;
  /** ISO 3166; empty = everywhere. */
  readonly territories: readonly string[];
}

/** What a rights holder says of an asset. */
export interface AssetFacts {
  readonly title: string;
  /** By language (BCP 47). */
  readonly titles: Readonly<Record<string, string>>;
  readonly eidr: string | null;
  readonly isan: string | null;
  readonly isrc: string | null;
  readonly rightsHolder: string | null;
  readonly territories: readonly string[];
  readonly licenceWindows: readonly LicenceWindow[];
  /** Stretches of its references that are others' material; s. */
  readonly excluded: readonly Interval[];
  readonly policy: Policy;
}

export interface AssetRecord extends AssetFacts {
  readonly catalogue: string;
  readonly id: AssetId;
  /** Number of its references. */
  readonly references: number;
  readonly state: AssetState;
  /** ms since 1970 (UTC) */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Grows with each change of what is said of it. */
  readonly version: number;
}

export interface AssetRow extends Row {
  readonly catalogue: string;
  readonly id: string;
  readonly title: string;
  readonly titles: string;
  readonly eidr: string | null;
  readonly isan: string | null;
  readonly isrc: string | null;
  readonly rights_holder: string | null;
  readonly territories: string;
  readonly licence_windows: string;
  readonly valid_from: string | null;
  readonly valid_to: string | null;
  readonly excluded: string;
  readonly policy: string;
  readonly reference_count: number;
  readonly job: string | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly version: number;
}

export function recordOf(row: AssetRow): AssetRecord {
  return {
    catalogue: row.catalogue,
    id: assetId(row.id),
    title: row.title,
    titles: JSON.parse(row.titles) as Record<string, string>,
    eidr: row.eidr,
    isan: row.isan,
    isrc: row.isrc,
    rightsHolder: row.rights_holder,
    territories: JSON.parse(row.territories) as string[],
    licenceWindows: JSON.parse(row.licence_windows) as LicenceWindow[],
    excluded: JSON.parse(row.excluded) as Interval[],
    policy: row.policy as Policy,
    references: row.reference_count,
    state: stateOf(row.reference_count, row.job),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

function stateOf(references: number, job: string | null): AssetState {
  if (job === 'waiting' || job === 'running') return 'processing';
  if (references > 0) return 'ready';
  return job === 'failed' ? 'failed' : 'no-reference';
}

/** As the index records it. Of several windows it has the whole span. */
export function indexed(asset: AssetFacts & Pick<AssetRecord, 'catalogue' | 'id'>): Asset & StatedAsset {
  const { catalogue, id, title, eidr, isan, isrc, rightsHolder, territories, excluded } = asset;
  const spans = asset.licenceWindows;
  const validFrom = spans.some(({ from }) => from === null) ? null : earliest(spans.map(({ from }) => from!));
  const validTo = spans.some(({ to }) => to === null) ? null : latest(spans.map(({ to }) => to!));
  const ids = { catalogue, id, title, eidr, isan, isrc, rightsHolder };
  return { ...ids, territories, validFrom, validTo, excluded };
}

const byTime = (a: string, b: string): number => Date.parse(a) - Date.parse(b);
const earliest = (times: readonly string[]): string | null => [...times].sort(byTime)[0] ?? null;
const latest = (times: readonly string[]): string | null => [...times].sort(byTime).at(-1) ?? null;

/** Windows as the index's record says them, where nobody said more. */
export function windowsOf({ validFrom, validTo }: Pick<Asset, 'validFrom' | 'validTo'>): LicenceWindow[] {
  return validFrom === null && validTo === null ? [] : [{ from: validFrom, to: validTo, territories: [] }];
}
