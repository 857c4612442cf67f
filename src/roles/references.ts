import path from 'node:path';
import { fetchPublicMedia, type InternalCheck, sparing } from '../capture/index.js';
import { MediaRegistrar } from '../catalogue/register-media.js';
import type { Config } from '../config.js';
import { bareAsset, type StatedAsset } from '../domain/catalogue.js';
import { indexed } from '../rights/asset-record.js';
import type { Assets } from '../rights/assets.js';
import { BackgroundPool } from '../rights/background-pool.js';
import type { LentCatalogue } from '../rights/lent-catalogue.js';
import { type ReferenceJob, ReferenceJobs } from '../rights/reference-jobs.js';
import { ReferenceRunner } from '../rights/reference-runner.js';
import { Uploads } from '../rights/uploads.js';
import type { Database } from '../storage/database.js';

const HOUR_MS = 3_600_000;

export interface ReferencesRoleOptions {
  readonly config: Config;
  readonly data: string;
  /** Of rights. */
  readonly database: Database;
  readonly assets: Assets;
  readonly changing: LentCatalogue;
  readonly now: () => number;
  /** Told when a job has ended, well or not. */
  readonly onEnd: (job: ReferenceJob) => void;
  readonly onTrouble: (message: string) => void;
}

/** What registers references in a service. */
export interface ReferencesRole {
  readonly jobs: ReferenceJobs;
  readonly uploads: Uploads;
  readonly uploadFolder: string;
  readonly uploadMaxBytes: number;
  /** ms */
  readonly keepUnfinished: number;
  readonly isInternal: InternalCheck;
  readonly onJob: () => void;
  close(): Promise<void>;
}

/** Takes what is to be registered, and registers it beside all else that the service does. */
export async function startReferences(options: ReferencesRoleOptions): Promise<ReferencesRole> {
  const { config, data, database, assets, changing, now, onEnd, onTrouble } = options;
  const uploadFolder = path.join(data, 'rights', 'uploads');
  const keepUnfinished = config.uploadHours * HOUR_MS;
  const isInternal = sparing(config.fetchNetworks ?? []);
  const pool = new BackgroundPool({
    threads: config.referenceThreads,
    ...(config.decoder && { decoder: config.decoder }),
    onDeath: onTrouble,
  });
  const jobs = new ReferenceJobs(database, assets, now);
  let runner: ReferenceRunner | null = null;
  const onJob = () => runner?.wake();
  const uploads = new Uploads({ database, jobs, folder: uploadFolder, keepUnfinished, now, onJob });
  await uploads.start();
  const registrar = new MediaRegistrar(
    () => pool.get(),
    (work) => changing.change(work, Number.POSITIVE_INFINITY),
  );
  runner = await ReferenceRunner.start({
    jobs,
    registrar,
    uploads: uploadFolder,
    spool: path.join(data, 'rights', 'spool'),
    // One more, so that fetching and writing overlap with decoding.
    parallel: config.referenceThreads + 1,
    fetch: (url, folder, signal) => fetchPublicMedia(url, folder, { signal, http: { isInternal } }),
    assetOf: (job) => assetOf(job, assets),
    onEnd,
    onTrouble,
  });
  const close = async () => {
    uploads.close();
    await runner.close();
    await pool.close();
  };
  const { uploadMaxBytes } = config;
  return { jobs, uploads, uploadFolder, uploadMaxBytes, keepUnfinished, isInternal, onJob, close };
}

/** What is said of it, or no more than its title. */
function assetOf({ catalogue, assetId, title }: ReferenceJob, assets: Assets): StatedAsset {
  const known = assets.get(catalogue, assetId);
  return known ? indexed(known) : bareAsset(catalogue, assetId, title ?? assetId);
}
