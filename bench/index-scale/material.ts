import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import { assetFromName } from '../../src/catalogue/metadata.js';
import type { Registration } from '../../src/domain/catalogue.js';
import { assetId, fingerprintId } from '../../src/domain/ids.js';
import { DEFAULT_LIMITS } from '../../src/media/limits.js';
import type { MediaPool } from '../../src/media/media-pool.js';
import { attackNamed } from '../accuracy/attacks.js';
import { loadMaterial } from '../accuracy/material.js';
import type { Material, Title } from '../accuracy/types.js';
import { type DecodedStream, decodeStream } from './streams.js';

/** Attacks that are mild enough to be found among few references: what is lost among many is the index's doing. */
const ATTACKS = ['reencode', 'logo-ticker-clock', 'crop-10', 'aac-32k'];
const CLIP_SECONDS = 12;
const CLIPS_A_RENDERING = 3;
const SEED = 1;

export interface IndexMaterial {
  /** Planted among the others. */
  readonly titles: readonly Registration[];
  /** What others are made from. */
  readonly real: readonly ReferenceFingerprint[];
  readonly hits: readonly DecodedStream[];
  readonly misses: readonly DecodedStream[];
}

/** Titles to plant, clips of them under attack, streams that show none of them, and what others are made from. */
export async function indexMaterial(
  folder: string,
  pool: MediaPool,
  titleCount: number,
  say: (text: string) => void,
): Promise<IndexMaterial> {
  const material = await loadMaterial([folder], SEED);
  const whole = material.titles.filter(
    ({ hasVideo, hasAudio, duration }) => hasVideo && hasAudio && duration > 20,
  );
  const planted = whole.filter(({ split }) => split === 'judge').slice(0, titleCount);
  const strangers = whole.filter(({ split }) => split === 'tune').slice(0, 24);
  say(`fingerprints of ${planted.length} titles and ${strangers.length} strangers …`);
  const titles = await Promise.all(
    planted.map(async (title) => registrationOf(title, await reference(pool, title))),
  );
  const real = await Promise.all(strangers.map((title) => reference(pool, title)));
  say('clips of the titles under attack …');
  const hits: DecodedStream[] = [];
  for (const title of planted)
    for (const attack of ATTACKS) hits.push(...(await attacked(material, pool, title, attack)));
  say(`${hits.length} clips; streams that show none …`);
  const misses: DecodedStream[] = [];
  for (const title of strangers.slice(0, 12))
    misses.push({
      name: title.id,
      title: null,
      offset: 0,
      segments: await decodeStream(pool, (await material.render(title, attackNamed('reencode'), SEED)).file),
    });
  return { titles, real, hits, misses };
}

async function attacked(
  material: Material,
  pool: MediaPool,
  title: Title,
  name: string,
): Promise<DecodedStream[]> {
  const rendering = await material.render(title, attackNamed(name), SEED);
  const clips = await material.clips(rendering, CLIP_SECONDS, CLIPS_A_RENDERING, SEED);
  const streams: DecodedStream[] = [];
  for (const clip of clips)
    streams.push({
      name: `${title.id} ${name} ${clip.start}`,
      title: title.id,
      offset: rendering.titleStart + rendering.attack.speed * clip.start,
      segments: await decodeStream(pool, clip.file),
    });
  return streams;
}

async function reference(pool: MediaPool, title: Title): Promise<ReferenceFingerprint> {
  const task = { kind: 'reference', path: title.file, limits: DEFAULT_LIMITS, stillEvery: 0 } as const;
  return (await pool.run(task)).fingerprint;
}

function registrationOf(title: Title, fingerprint: ReferenceFingerprint): Registration {
  return {
    asset: { ...assetFromName('titles', path.basename(title.id)), id: assetId(title.id) },
    fingerprintId: fingerprintId(createHash('sha256').update(title.id).digest('hex')),
    fingerprint,
    stills: [],
    source: title.file,
    sourceBytes: 0,
    missing: { video: 0, audio: 0 },
  };
}
