import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from '../config.js';
import { StreamprintError } from '../domain/errors.js';
import type { DecodedClip } from '../lookup/clip-lookups.js';
import { findClipInPast } from '../lookup/find-in-past.js';
import type { LookupResult } from '../lookup/lookup-store.js';
import { matchDecoded } from '../lookup/match-media.js';
import { DEFAULT_MAX_FALSE_PER_DAY } from '../matching/score.js';
import { EVER } from '../past/ask-past.js';
import { PastReader } from '../past/past-reader.js';
import { openIndex } from './reference-index.js';

/** What the thread that looks clips up is given. */
export interface LookupSource {
  readonly config: Config;
  readonly data: string;
}

export type LookupAnswer =
  | { readonly result: LookupResult }
  | { readonly error: { readonly code: string; readonly message: string } }
  | { readonly fault: string };

const { config, data } = workerData as LookupSource;

parentPort!.once('message', async (clip: DecodedClip) => {
  const answer = await look(clip).then(
    (result): LookupAnswer => ({ result }),
    (error: unknown): LookupAnswer => {
      if (error instanceof StreamprintError) return { error: { code: error.code, message: error.message } };
      return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    },
  );
  parentPort!.postMessage(answer);
});

async function look({ name, decoded, reference }: DecodedClip): Promise<LookupResult> {
  const maxFalsePerDay = DEFAULT_MAX_FALSE_PER_DAY;
  const index = await openIndex(config, data);
  try {
    await index.refresh();
    const { duration, matches, notes } = await matchDecoded({ index, maxFalsePerDay }, decoded, name);
    const past = new PastReader(data);
    const span = { streams: past.streams(), ...EVER };
    const found = reference && (await findClipInPast({ past, maxFalsePerDay }, reference, name, span));
    const streams = (found?.found ?? []).map(({ stream, seen: { match, time } }) => ({
      stream,
      start: time.start as number,
      end: time.end as number,
      match,
    }));
    const short = reference ? [] : ['too short to be looked for on streams'];
    return { duration, matches, streams, notes: [...notes, ...past.troubles, ...short] };
  } finally {
    await index.close();
  }
}
