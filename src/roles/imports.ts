import path from 'node:path';
import { importedRow } from '../api/import-row.js';
import { checkPublicUrl, describeUrl, type InternalCheck } from '../capture/index.js';
import type { AssetKeeper } from '../rights/asset-keeper.js';
import type { Assets } from '../rights/assets.js';
import { ImportRunner } from '../rights/import-runner.js';
import { Imports } from '../rights/imports.js';
import type { ReferenceJobs } from '../rights/reference-jobs.js';
import type { Database } from '../storage/database.js';

export interface ImportsRoleOptions {
  readonly data: string;
  /** Of rights. */
  readonly database: Database;
  readonly assets: Assets;
  readonly keeper: AssetKeeper;
  readonly jobs: ReferenceJobs;
  readonly isInternal: InternalCheck;
  readonly onJob: () => void;
  readonly now: () => number;
  readonly onTrouble: (message: string) => void;
}

/** What takes in tables of assets in a service. */
export interface ImportsRole {
  readonly imports: Imports;
  readonly importFolder: string;
  readonly onImport: () => void;
  close(): Promise<void>;
}

export async function startImports(options: ImportsRoleOptions): Promise<ImportsRole> {
  const { data, database, assets, keeper, jobs, isInternal, onJob, now, onTrouble } = options;
  const importFolder = path.join(data, 'rights', 'imports');
  const imports = new Imports(database, now);
  const runner = await ImportRunner.start({
    imports,
    assets,
    keeper,
    jobs,
    folder: importFolder,
    read: importedRow,
    sourceOf: (url) => {
      checkPublicUrl(url, isInternal);
      return describeUrl(new URL(url));
    },
    onJob,
    onTrouble,
  });
  return { imports, importFolder, onImport: () => runner.wake(), close: () => runner.close() };
}
