import { FileStore } from '@tus/file-store';
import { Upload as TusUpload } from '@tus/server';
import { assetId } from '../../domain/ids.js';
import type { Uploads } from '../../rights/uploads.js';

/** What tus says of an upload; `createdBy` is ours and not shown. */
export interface UploadFacts {
  readonly catalogue: string;
  readonly assetId: string;
  readonly title: string | null;
  readonly fileName: string;
  readonly createdBy: string;
}

/** Keeps the bytes of uploads in files that are named by their ids, and what is known of them in the database. */
export class UploadStore extends FileStore {
  constructor(
    directory: string,
    private readonly uploads: Uploads,
    keepUnfinished: number,
  ) {
    const configstore = {
      get: async (id: string) => tusUploadOf(uploads, id),
      set: async (id: string, upload: TusUpload) => {
        const facts = JSON.parse(upload.metadata?.facts ?? '{}') as UploadFacts;
        uploads.add({ ...facts, id, assetId: assetId(facts.assetId), size: upload.size ?? 0 });
      },
      delete: (id: string) => uploads.remove(id),
    };
    super({ directory, configstore, expirationPeriodInMilliseconds: keepUnfinished });
    this.extensions = ['creation', 'creation-with-upload', 'termination', 'expiration'];
  }

  /** The file of one that is whole may have been registered and deleted. */
  override async getUpload(id: string): Promise<TusUpload> {
    const upload = this.uploads.get(id);
    if (upload?.jobId == null) return super.getUpload(id);
    return tusUploadOf(this.uploads, id, upload.size)!;
  }
}

function tusUploadOf(uploads: Uploads, id: string, offset = 0): TusUpload | undefined {
  const upload = uploads.get(id);
  if (!upload) return undefined;
  const { size, catalogue, assetId: asset, title, fileName, createdAt } = upload;
  return new TusUpload({
    id,
    size,
    offset,
    metadata: { catalogue, assetId: asset, ...(title !== null && { title }), filename: fileName },
    creation_date: new Date(createdAt).toISOString(),
  });
}
