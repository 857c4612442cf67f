import { useSignal } from '@preact/signals';
import { brief, bytes, many } from '../../lib/format.js';
import { DropZone } from '../../parts/drop-zone.js';
import { Mark } from '../../parts/mark.js';
import { startUpload, type Upload, uploads } from './upload.js';

interface Props {
  readonly catalogue: string;
  /** Of the title that the files are renditions of; null = each file is a title of its own. */
  readonly assetId: string | null;
  readonly onDone: () => void;
  readonly onTable?: (file: File) => void;
}

interface Chosen {
  readonly file: File;
  readonly title: string;
}

/** A place to drop media on; each file is asked for its title, then sent. */
export function UploadPanel({ catalogue, assetId, onDone, onTable }: Props) {
  const chosen = useSignal<readonly Chosen[]>([]);
  const take = (files: readonly File[]) => {
    const tables = files.filter(({ name }) => /\.(csv|jsonl|ndjson)$/i.test(name));
    const media = files.filter((file) => !tables.includes(file));
    if (tables[0]) onTable?.(tables[0]);
    chosen.value = [...chosen.value, ...media.map((file) => ({ file, title: titleOf(file.name) }))];
  };
  const send = (event: Event) => {
    event.preventDefault();
    for (const { file, title } of chosen.value)
      void startUpload(file, { catalogue, title: title.trim() || titleOf(file.name), assetId }, onDone);
    chosen.value = [];
  };
  return (
    <section class="stack" aria-label="Add references">
      <DropZone
        button={onTable ? 'Choose files' : 'Choose a file'}
        accept={`video/*,audio/*,.ts,.mkv,.mxf${onTable ? ',.csv,.jsonl,.ndjson' : ''}`}
        several
        onFiles={take}
      >
        <b>Drop films, episodes or music here</b>{' '}
        <span class="soft">
          {onTable ? 'or a table of titles (CSV).' : 'as another rendition of this title.'}
        </span>
      </DropZone>
      {chosen.value.length > 0 && (
        <form class="card stack" onSubmit={send}>
          {chosen.value.map(({ file, title }, index) => (
            <div key={`${file.name}${index}`} class="stack">
              <span class="soft small any">
                {brief(file.name, 100)}, {bytes(file.size)}
              </span>
              {!assetId && (
                <input
                  type="text"
                  aria-label={`Title of ${file.name}`}
                  value={title}
                  maxLength={500}
                  required
                  onInput={(event) => {
                    chosen.value = chosen.value.with(index, { file, title: event.currentTarget.value });
                  }}
                />
              )}
            </div>
          ))}
          <div class="row">
            <button type="submit" class="button main">
              Upload {many(chosen.value.length, 'file')}
            </button>
            <button
              type="button"
              class="button"
              onClick={() => {
                chosen.value = [];
              }}
            >
              Cancel
            </button>
          </div>
        </form>
      )}
      {uploads.value.length > 0 && (
        <ul class="card stack" aria-label="Uploads">
          {uploads.value.map((upload) => (
            <UploadLine key={upload.key} upload={upload} />
          ))}
        </ul>
      )}
    </section>
  );
}

const STATE = { sending: 'Sending', processing: 'Fingerprinting', ready: 'Ready', failed: 'Failed' } as const;

function UploadLine({ upload }: { readonly upload: Upload }) {
  const { state, progress, title, error } = upload;
  const isBusy = state === 'sending' || state === 'processing';
  return (
    <li class="upload">
      <bdi class="clamp1">{title}</bdi>
      <span class={`tag ${state === 'ready' ? 'good' : state === 'failed' ? 'bad' : 'accent'}`}>
        <Mark shape={state === 'ready' ? 'tick' : state === 'failed' ? 'gone' : 'wait'} />
        {STATE[state]}
        {isBusy && ` ${Math.round(progress * 100)} %`}
      </span>
      {isBusy && <progress max={1} value={progress} aria-label={`${STATE[state]} ${title.slice(0, 80)}`} />}
      {error !== null && <span class="problem small">{error}</span>}
    </li>
  );
}

/** `night_train-2.mp4` → `Night train 2`. */
function titleOf(name: string): string {
  const bare = name
    .replace(/\.[^.]{1,5}$/, '')
    .replace(/[_\-.]+/g, ' ')
    .trim();
  return bare === '' ? name : bare[0]!.toUpperCase() + bare.slice(1);
}
