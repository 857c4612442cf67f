import { basename } from 'node:path';
import type { Seconds } from '../../fingerprints/units.js';
import type { ReferenceResult } from '../../workers/protocol.js';
import type { SeenMatch } from '../detections/tracker.js';
import { assetId, fingerprintId, referenceId } from '../domain/ids.js';
import type { StreamInfo } from '../domain/match.js';
import { DEFAULT_LIMITS } from '../media/limits.js';
import type { MediaPool } from '../media/media-pool.js';
import { askPast, type PastSpan } from '../past/ask-past.js';
import { AskedReferences } from '../past/asked-references.js';
import type { PastReader } from '../past/past-reader.js';

export interface FoundInPast {
  readonly duration: Seconds;
  readonly found: readonly { readonly stream: StreamInfo; readonly seen: SeenMatch }[];
  /** Parts of the clip that could not be decoded. */
  readonly notes: readonly string[];
}

/** Of a clip that is registered nowhere. */
const CLIP = fingerprintId('0'.repeat(64));

/** Where and when a clip ran on the streams of which the past is kept; nothing is registered. @throws StreamprintError */
export async function findInPast(
  services: { readonly pool: MediaPool; readonly past: PastReader; readonly maxFalsePerDay: number },
  file: string,
  span: PastSpan,
): Promise<FoundInPast> {
  const clip = await services.pool.run({
    kind: 'reference',
    path: file,
    limits: DEFAULT_LIMITS,
    stillEvery: 0,
  });
  return findClipInPast(services, clip, basename(file), span);
}

/** The same of a clip whose fingerprint is known. @param title as it is to be called */
export async function findClipInPast(
  services: { readonly past: PastReader; readonly maxFalsePerDay: number },
  { fingerprint, report }: Pick<ReferenceResult, 'fingerprint' | 'report'>,
  title: string,
  span: PastSpan,
): Promise<FoundInPast> {
  const { duration, video, audio } = fingerprint;
  const reference = {
    referenceId: referenceId(''),
    catalogue: '',
    assetId: assetId(''),
    title,
    excluded: [],
    startsAt: null,
  };
  const facts = { id: CLIP, duration, hasVideo: video !== null, audioTracks: audio.length };
  const asked = new AskedReferences([{ id: CLIP, fingerprint }]);
  const index = {
    fingerprint: async () => ({ ...facts, references: [reference] }),
    hours: async () => duration / 3600,
  };
  const found: { stream: StreamInfo; seen: SeenMatch }[] = [];
  for await (const { stream, matches } of askPast(services.past, index, asked, span, services.maxFalsePerDay))
    found.push(...matches.map((seen) => ({ stream, seen })));
  return { duration, found, notes: report.warnings };
}
