import fs from 'node:fs/promises';
import path from 'node:path';
import { type CaptureOptions, type InternalCheck, openSources } from '../capture/index.js';
import { StreamprintError } from '../domain/errors.js';
import type { Capture } from '../domain/segment.js';
import { LiveIndex } from '../live-references/live-index.js';
import { LiveKeeper } from '../live-references/live-keeper.js';
import { assetOfLive, captureIdOf, type LiveReference } from '../live-references/live-reference.js';
import { LiveRecords } from '../live-references/records.js';
import type { MediaPool } from '../media/media-pool.js';
import { indexed } from '../rights/asset-record.js';
import type { Assets } from '../rights/assets.js';
import type { LentCatalogue } from '../rights/lent-catalogue.js';

/** Length of a part, s, at least. */
const PART_SECONDS = 60;

/** A capture of a live reference. @throws StreamprintError when its address is not that of one stream */
export async function openLive(live: LiveReference, options: CaptureOptions): Promise<Capture> {
  const { captures, errors } = await openSources([live.url], options);
  if (errors[0]) throw errors[0].error;
  const [capture] = captures;
  if (!capture || captures.length > 1)
    throw new StreamprintError(
      'SP_USAGE',
      `${live.title} must be one stream, its address has ${captures.length}.`,
    );
  const stream = { id: captureIdOf(live), name: live.title, url: capture.stream.url };
  return { stream, events: capture.events };
}

export interface LiveReferencesRoleOptions {
  readonly data: string;
  readonly pool: MediaPool;
  readonly assets: Assets;
  readonly changing: LentCatalogue;
  readonly isInternal: InternalCheck;
  readonly now: () => number;
  readonly onTrouble: (message: string) => void;
}

/** What captures rights holders' own channels in a service. */
export interface LiveReferencesRole {
  readonly live: LiveKeeper;
  close(): Promise<void>;
}

/** @throws SP_DATA_VERSION */
export async function startLiveReferences(options: LiveReferencesRoleOptions): Promise<LiveReferencesRole> {
  const { data, pool, assets, changing, isInternal, now, onTrouble } = options;
  const spool = path.join(data, 'live-references', 'spool-service');
  await fs.rm(spool, { recursive: true, force: true });
  await fs.mkdir(spool, { recursive: true });
  const records = LiveRecords.open(data);
  const live = new LiveKeeper({
    records,
    services: {
      pool,
      index: new LiveIndex((work) => changing.change(work, Number.POSITIVE_INFINITY), now),
      spool,
      partSeconds: PART_SECONDS,
      assetOf: (one) => {
        const known = assets.get(one.catalogue, one.assetId);
        return known ? indexed(known) : assetOfLive(one);
      },
    },
    open: (one, signal) => openLive(one, { spool, signal, isPublic: true, http: { isInternal } }),
    now,
    onTrouble,
  });
  live.start();
  const close = async () => {
    await live.close();
    records.close();
    await fs.rm(spool, { recursive: true, force: true });
  };
  return { live, close };
}
