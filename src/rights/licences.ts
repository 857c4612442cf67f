import { randomUUID } from 'node:crypto';
import { StreamprintError } from '../domain/errors.js';
import { type AssetId, assetId, type StreamId, streamId, type UtcMillis, utcMillis } from '../domain/ids.js';
import type { Detection } from '../domain/match.js';
import type { Database, Row } from '../storage/database.js';
import { hostPattern, matchesHost } from './host-pattern.js';

/** What is to be done about detections of an asset. */
export type Policy = 'record' | 'alert' | 'ignore';

/** What a detection is to its rights holder: only `alert` is to be told. */
export type Classification = 'alert' | 'recorded' | 'licensed' | 'ignored';

/** An entry of the allow-list: who may broadcast a work, and when. */
export interface Licence {
  readonly id: string;
  readonly catalogue: string;
  /** Null = every asset of the catalogue. */
  readonly assetId: AssetId | null;
  /** Null = any stream; a licence names a stream, a host or both, and then both must be right. */
  readonly streamId: StreamId | null;
  /** `live.example.org`, or `*.example.org` for all below that; null = any host. */
  readonly host: string | null;
  /** Null = since ever. */
  readonly from: UtcMillis | null;
  /** The first moment that is not licensed any more; null = for ever. */
  readonly to: UtcMillis | null;
  readonly note: string;
  readonly createdAt: UtcMillis;
}

export type NewLicence = Omit<Licence, 'id' | 'createdAt'>;

export interface LicenceFilter {
  readonly catalogue?: string;
  readonly assetId?: AssetId;
}

/** What must be known of a detection to classify it. */
export type Classified = Pick<Detection, 'catalogue' | 'assetId' | 'time'> & {
  readonly stream: { readonly id: StreamId };
};

export interface ClassifiedAt {
  readonly detection: Classified;
  /** That the stream was captured from; null = not known, and then no licence of a host covers it. */
  readonly host: string | null;
}

/** What is to be done about assets, in their order; null where nothing was said. */
export type PoliciesOf = (
  assets: readonly Pick<Detection, 'catalogue' | 'assetId'>[],
) => readonly (Policy | null)[];

/** What a catalogue may have. */
export const MAX_LICENCES = 10_000;

interface LicenceRow extends Row {
  id: string;
  catalogue: string;
  asset_id: string | null;
  stream_id: string | null;
  host: string | null;
  valid_from: number | null;
  valid_to: number | null;
  note: string;
  created_at: number;
}

/** The allow-list of all catalogues. What a call has written is durable when it returns. */
export class Licences {
  /** As of `#version`: to classify many detections reads nothing. */
  readonly #byCatalogue = new Map<string, readonly Licence[]>();
  #version = -1;

  constructor(
    private readonly database: Database,
    private readonly policiesOf: PoliciesOf,
    private readonly now: () => number,
  ) {}

  /** As `classifyAll`, of one. */
  classify(detection: Classified, host: string | null): Classification {
    return this.classifyAll([{ detection, host }])[0]!;
  }

  /**
   * Licensed is what lies, from its start to its end, in the windows of licences that name its asset, and its stream
   * or host; all else is what the asset's policy says. A page at once: reads cost more than all the rest.
   */
  classifyAll(found: readonly ClassifiedAt[]): Classification[] {
    this.#forgetOld();
    const policies = this.policiesOf(found.map(({ detection }) => detection));
    return found.map(({ detection: { catalogue, assetId: asset, stream, time }, host }, n) => {
      const covering = this.#of(catalogue).filter(
        (licence) =>
          (licence.assetId === null || licence.assetId === asset) &&
          (licence.streamId === null || licence.streamId === stream.id) &&
          (licence.host === null || (host !== null && matchesHost(licence.host, host))),
      );
      if (covers(covering, time.start, time.end)) return 'licensed';
      const policy = policies[n] ?? 'alert';
      return policy === 'alert' ? 'alert' : policy === 'ignore' ? 'ignored' : 'recorded';
    });
  }

  /** In the order in which they were made. */
  list({ catalogue, assetId: asset }: LicenceFilter = {}): Licence[] {
    return this.database
      .all<LicenceRow>(
        `SELECT * FROM licences WHERE (?1 IS NULL OR catalogue = ?1) AND (?2 IS NULL OR asset_id = ?2)
         ORDER BY created_at, id`,
        catalogue ?? null,
        asset ?? null,
      )
      .map(licenceOf);
  }

  get(id: string): Licence | null {
    const row = this.database.get<LicenceRow>('SELECT * FROM licences WHERE id = ?', id);
    return row ? licenceOf(row) : null;
  }

  /** @throws SP_USAGE for a licence of nobody, a host that is none, a window that ends before it starts, one too many */
  add(stated: NewLicence): Licence {
    const host = stated.host === null ? null : hostPattern(stated.host);
    if (stated.host !== null && host === null)
      throw usage(`"${stated.host}" is no host: write live.example.org, or *.example.org for all below it.`);
    if (host === null && stated.streamId === null) throw usage('A licence names a stream, a host or both.');
    if (stated.from !== null && stated.to !== null && stated.to <= stated.from)
      throw usage('A licence ends after it starts.');
    const licence = { ...stated, host, id: randomUUID(), createdAt: utcMillis(this.now()) };
    this.database.transaction(() => {
      if (this.#count(licence.catalogue) >= MAX_LICENCES)
        throw usage(
          `Catalogue ${licence.catalogue} has ${MAX_LICENCES} licences: delete some of them first.`,
        );
      this.database.run(
        'INSERT INTO licences VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
        licence.id,
        licence.catalogue,
        licence.assetId,
        licence.streamId,
        licence.host,
        licence.from,
        licence.to,
        licence.note,
        licence.createdAt,
      );
    });
    this.#byCatalogue.clear();
    return licence;
  }

  /** Those that name an asset which is no more. */
  removeOf(catalogue: string, asset: AssetId): void {
    this.#byCatalogue.clear();
    this.database.run('DELETE FROM licences WHERE catalogue = ? AND asset_id = ?', catalogue, asset);
  }

  /** True when there was one. */
  remove(id: string): boolean {
    this.#byCatalogue.clear();
    return this.database.run('DELETE FROM licences WHERE id = ?', id) > 0;
  }

  /** What others may have changed. */
  #forgetOld(): void {
    const version = this.database.dataVersion;
    if (version !== this.#version) this.#byCatalogue.clear();
    this.#version = version;
  }

  #of(catalogue: string): readonly Licence[] {
    const licences = this.#byCatalogue.get(catalogue) ?? this.list({ catalogue });
    this.#byCatalogue.set(catalogue, licences);
    return licences;
  }

  #count(catalogue: string): number {
    const sql = 'SELECT count(*) AS n FROM licences WHERE catalogue = ?';
    return this.database.get<{ n: number }>(sql, catalogue)?.n ?? 0;
  }
}

/** Whether every moment of [start, end) lies in a window: one licence may follow another. */
function covers(licences: readonly Licence[], start: UtcMillis, end: UtcMillis): boolean {
  const windows = licences
    .map(({ from, to }) => [from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY] as const)
    .sort(([a], [b]) => a - b);
  let reached: number = start;
  for (const [from, to] of windows) {
    if (from > reached) break;
    if (to > reached) reached = to;
    if (reached > start && reached >= end) return true;
  }
  return false;
}

function licenceOf(row: LicenceRow): Licence {
  return {
    id: row.id,
    catalogue: row.catalogue,
    assetId: row.asset_id === null ? null : assetId(row.asset_id),
    streamId: row.stream_id === null ? null : streamId(row.stream_id),
    host: row.host,
    from: row.valid_from === null ? null : utcMillis(row.valid_from),
    to: row.valid_to === null ? null : utcMillis(row.valid_to),
    note: row.note,
    createdAt: utcMillis(row.created_at),
  };
}

function usage(message: string): StreamprintError {
  return new StreamprintError('SP_USAGE', message);
}
