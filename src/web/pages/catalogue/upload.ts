import { signal } from '@preact/signals';
import { referenceJob } from '../../api/calls.js';
import { OURS } from '../../api/client.js';

export type UploadState = 'sending' | 'processing' | 'ready' | 'failed';

/** One file on its way to a reference. */
export interface Upload {
  readonly key: number;
  readonly name: string;
  readonly title: string;
  readonly catalogue: string;
  readonly state: UploadState;
  /** 0..1 of the state that it is in. */
  readonly progress: number;
  readonly error: string | null;
}

/** Uploads of this visit, newest first; they go on while other pages are shown. */
export const uploads = signal<readonly Upload[]>([]);

const CHUNK_BYTES = 8 * 1024 * 1024;
const RETRY_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000];
const ASK_EVERY_MS = 1000;
/** Of the answer to the last part: the job that registers the file. */
const JOB_HEADER = 'streamprint-job';

let count = 0;

function change(key: number, what: Partial<Upload>): void {
  uploads.value = uploads.value.map((upload) => (upload.key === key ? { ...upload, ...what } : upload));
}

/** Sends a file so that it can be cut off and goes on, then tells how the reference comes about. */
export async function startUpload(
  file: File,
  {
    catalogue,
    title,
    assetId,
  }: { readonly catalogue: string; readonly title: string; readonly assetId: string | null },
  onDone: () => void,
): Promise<void> {
  const key = ++count;
  const begun = {
    key,
    name: file.name,
    title,
    catalogue,
    state: 'sending',
    progress: 0,
    error: null,
  } as const;
  uploads.value = [begun, ...uploads.value];
  let job: string | null = null;
  const { Upload } = await import('tus-js-client');
  const upload = new Upload(file, {
    endpoint: '/v1/uploads',
    chunkSize: CHUNK_BYTES,
    retryDelays: RETRY_MS,
    headers: OURS,
    removeFingerprintOnSuccess: true,
    metadata: { filename: file.name, catalogue, title, ...(assetId ? { assetId } : {}) },
    onProgress: (sent, all) => change(key, { progress: all === 0 ? 1 : sent / all }),
    onError: (error) => change(key, { state: 'failed', error: reasonOf(error) }),
    onAfterResponse: (_, response) => {
      job = response.getHeader(JOB_HEADER) ?? job;
    },
    onSuccess: () => {
      change(key, { state: 'processing', progress: 0 });
      if (job) void follow(key, job, onDone);
    },
  });
  const [before] = await upload.findPreviousUploads();
  if (before) upload.resumeFromPreviousUpload(before);
  upload.start();
}

/** What the service said, where it said something. */
function reasonOf(error: Error): string {
  const body = (error as { originalResponse?: { getBody(): string } | null }).originalResponse?.getBody();
  try {
    return (JSON.parse(body ?? '') as { detail: string }).detail;
  } catch {
    return 'The upload was cut off and could not go on.';
  }
}

async function follow(key: number, id: string, onDone: () => void): Promise<void> {
  for (;;) {
    try {
      const job = await referenceJob(id);
      if (job.state === 'done') {
        change(key, { state: 'ready', progress: 1 });
        return onDone();
      }
      if (job.state === 'failed')
        return change(key, { state: 'failed', error: job.error?.message ?? 'It could not be read.' });
      change(key, { progress: job.progress });
    } catch {
      // The service is away for a moment: asked again.
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}
