import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import type { Seconds } from '../../fingerprints/units.js';
import { assetFromName } from '../../src/catalogue/metadata.js';
import type { Registration } from '../../src/domain/catalogue.js';
import { assetId, fingerprintId } from '../../src/domain/ids.js';
import { DEFAULT_LIMITS } from '../../src/media/limits.js';
import type { MediaPool } from '../../src/media/media-pool.js';
import type { SegmentResult } from '../../workers/protocol.js';
import { duration, walk } from '../lib/broadcast.js';
import { cached, identityOf } from '../lib/cache.js';
import { ffmpeg } from '../lib/ffmpeg.js';
import { type DecodedStream, decodeStream } from './streams.js';

/** What is done to the titles: mild enough to be found among few references; what is lost among many is the index's doing. */
const ATTACKS: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  {
    name: 'small',
    args: ['-vf', 'scale=320:-2', '-b:v', '250k', '-af', 'lowpass=f=3500', '-b:a', '48k', '-ac', '1'],
  },
  {
    name: 'logo-crop-noise',
    args: [
      '-vf',
      'crop=iw*0.94:ih*0.94,scale=480:-2,drawbox=x=iw*0.76:y=ih*0.06:w=iw*0.18:h=ih*0.12:color=yellow:t=fill,noise=alls=8:allf=t',
      '-crf',
      '28',
      '-af',
      'aecho=0.8:0.6:40:0.3,volume=-6dB',
      '-b:a',
      '64k',
    ],
  },
];
/** So much of a title is shown, from its second second on. */
const SHOWN = 36;
const STARTS = 2;
/** Streams that show nothing of the catalogue. */
const MISSES = 2;
/** Segments of a clip. */
const CLIP_SEGMENTS = 2;
const FILM = /\.(mp4|webm|mkv|mov|flv)$/i;
const SOUND = /\.(ogg|opus|mp3|wav|flac|m4a)$/i;
const SHORTEST = 20;

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
  strangerCount: number,
  say: (text: string) => void,
): Promise<IndexMaterial> {
  const files = walk(folder);
  const films = files.filter((file) => FILM.test(file) && duration(file) >= SHORTEST);
  const sounds = files.filter((file) => SOUND.test(file));
  const silentCount = strangerCount + MISSES;
  const planted: Fingerprinted[] = [];
  const silent: Fingerprinted[] = [];
  for (const file of films) {
    if (planted.length >= titleCount && silent.length >= silentCount) break;
    const one = { file, fingerprint: await fingerprinted(pool, file) };
    const { video, audio } = one.fingerprint;
    if (video && audio.length > 0 && planted.length < titleCount) planted.push(one);
    else if (video && silent.length < silentCount) silent.push(one);
    say(`fingerprinted ${path.basename(file)}`);
  }
  const hits: DecodedStream[] = [];
  for (const { file, fingerprint } of planted)
    for (const attack of ATTACKS) {
      const shown = await rendered([await shortened(file)], attack);
      const segments = await decodeStream(pool, shown);
      hits.push(...clipsOf(path.basename(file), attack.name, segments, fingerprint.duration - STARTS));
      say(`${path.basename(file)} ${attack.name}`);
    }
  const real: ReferenceFingerprint[] = [];
  const misses: DecodedStream[] = [];
  for (const [i, { file, fingerprint }] of silent.entries()) {
    const sound = sounds[i % sounds.length]!;
    // What others are made from would be found in pieces everywhere: what finds nothing is something else.
    if (i >= MISSES) {
      real.push(together(fingerprint, await fingerprinted(pool, sound)));
      continue;
    }
    const shown = await rendered([await shortened(file), await shortened(sound)], ATTACKS[0]!);
    misses.push({
      name: path.basename(file),
      title: null,
      offset: 0,
      segments: await decodeStream(pool, shown),
    });
    say(`${path.basename(file)} with ${path.basename(sound)}`);
  }
  const titles = planted.map(({ file, fingerprint }) => registrationOf(path.basename(file), fingerprint));
  return { titles, real, hits, misses };
}

interface Fingerprinted {
  readonly file: string;
  readonly fingerprint: ReferenceFingerprint;
}

/** Pictures of one, sound of the other: most films at hand are silent. */
function together(film: ReferenceFingerprint, sound: ReferenceFingerprint): ReferenceFingerprint {
  const length = Math.min(film.duration, sound.duration);
  return { duration: length, video: film.video, audio: sound.audio };
}

async function fingerprinted(pool: MediaPool, file: string): Promise<ReferenceFingerprint> {
  const path = await shortened(file);
  return (await pool.run({ kind: 'reference', path, limits: DEFAULT_LIMITS, stillEvery: 0 })).fingerprint;
}

/** At most 2 minutes, and large pictures smaller: the fingerprint hardly changes. */
function shortened(file: string): Promise<string> {
  return cached('index-titles', [identityOf(file), 2], 'mkv', async (out) => {
    await ffmpeg(`title ${file}`, [
      ...['-t', '120', '-i', file, '-map', '0:v:0?', '-map', '0:a:0?', '-vf', 'scale=w=min(iw\\,640):h=-2'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18', '-c:a', 'aac', '-b:a', '160k', out],
    ]);
  });
}

/** Pictures of the first file, sound of the last, from the second second on, over and over where they end. */
async function rendered(files: readonly string[], { name, args }: (typeof ATTACKS)[number]): Promise<string> {
  const inputs = files.flatMap((file) => ['-stream_loop', '-1', '-ss', String(STARTS), '-i', file]);
  const maps = ['-map', '0:v:0', '-map', `${files.length - 1}:a:0`];
  const parameters = [files.map(identityOf), name, args, SHOWN, STARTS];
  return cached('index-attacks', parameters, 'ts', async (out) => {
    await ffmpeg(`${name} of ${files[0]}`, [
      ...inputs,
      ...maps,
      ...['-t', String(SHOWN), ...args],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-g', '50', '-c:a', 'aac', out],
    ]);
  });
}

/** Cuts what was decoded into clips, each a stream of its own, up to where a short title begins again. */
function clipsOf(
  title: string,
  attack: string,
  segments: readonly SegmentResult[],
  until: Seconds,
): DecodedStream[] {
  const streams: DecodedStream[] = [];
  const first = segments[0]?.start ?? 0;
  for (let at = 0; at + CLIP_SEGMENTS <= segments.length; at += CLIP_SEGMENTS) {
    const some = segments.slice(at, at + CLIP_SEGMENTS);
    if (some.at(-1)!.end - first > until) break;
    streams.push({
      name: `${title} ${attack} ${at}`,
      title,
      offset: STARTS + some[0]!.start - first,
      segments: some,
    });
  }
  return streams;
}

function registrationOf(title: string, fingerprint: ReferenceFingerprint): Registration {
  return {
    asset: { ...assetFromName('titles', title), id: assetId(title) },
    fingerprintId: fingerprintId(createHash('sha256').update(title).digest('hex')),
    fingerprint,
    stills: [],
    source: title,
    sourceBytes: 0,
    missing: { video: 0, audio: 0 },
  };
}
