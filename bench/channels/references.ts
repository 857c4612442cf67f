import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encodeFingerprint } from '../../fingerprints/encoding.js';
import type { ReferenceFingerprint } from '../../fingerprints/types.js';
import { assetFromName } from '../../src/catalogue/metadata.js';
import { MediaRegistrar } from '../../src/catalogue/register-media.js';
import type { Registration } from '../../src/domain/catalogue.js';
import { assetId } from '../../src/domain/ids.js';
import { MediaPool } from '../../src/media/media-pool.js';
import { openEmbeddedIndex, openEmbeddedIndexWriter } from '../../src/reference-index/embedded/index.js';
import type { ReferenceIndex, ReferenceIndexWriter } from '../../src/reference-index/reference-index.js';
import { ROOT } from '../lib/results.js';
import { registerOthers } from '../lib/whole-way.js';
import type { Work } from './types.js';
import { sizeOf } from './works.js';

const CATALOGUE = 'bench';

/**
 * A data directory in which the planted works are registered, beside hours of other references. Made once and kept
 * in the folder for temporary files, for as long as works and their fingerprints stay as they are; not to be
 * written to.
 */
export async function referencesOf(
  works: readonly Work[],
  hours: number,
  say: (text: string) => void,
): Promise<string> {
  const planted = works.filter((work) => work.planted);
  const program = [programOf('fingerprints'), programOf('workers')];
  const media = planted.map(({ id, file }) => [id, file, sizeOf(file)]);
  const alone = await madeOnce('planted', [media, program], async (folder) => {
    say(`registering ${planted.length} works …`);
    await writing(folder, (index) => registerPlanted(index, planted));
  });
  const fingerprints = materialOf(await reading(alone, plantedIn));
  return madeOnce('references', [fingerprints.map(digestOf), hours], async (folder) => {
    say(`registering ${hours} h of other references (once) …`);
    copy(alone, folder);
    await writing(folder, (index) => registerOthers(index, fingerprints, hours));
  });
}

async function madeOnce(
  kind: string,
  key: unknown,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = path.join(
    os.tmpdir(),
    'streamprint-channels',
    `${kind}-${digestOf(JSON.stringify(key)).slice(0, 16)}`,
  );
  if (fs.existsSync(folder)) return folder;
  const aside = `${folder}.${process.pid}.part`;
  fs.rmSync(aside, { recursive: true, force: true });
  await make(aside);
  fs.renameSync(aside, folder);
  return folder;
}

async function writing(folder: string, work: (index: ReferenceIndexWriter) => Promise<void>): Promise<void> {
  const index = await openEmbeddedIndexWriter(folder);
  try {
    await work(index);
  } finally {
    await index.close();
  }
}

async function reading<T>(folder: string, work: (index: ReferenceIndex) => Promise<T>): Promise<T> {
  const index = await openEmbeddedIndex(folder);
  try {
    return await work(index);
  } finally {
    await index.close();
  }
}

function digestOf(content: ReferenceFingerprint | string): string {
  const bytes = typeof content === 'string' ? content : encodeFingerprint(content);
  return createHash('sha256').update(bytes).digest('hex');
}

/** A data directory of its own with the same references: files that never change are shared, databases copied. */
export function cloneOf(data: string): string {
  const clone = fs.mkdtempSync(path.join(os.tmpdir(), 'streamprint-channels-'));
  copy(data, clone);
  return clone;
}

function copy(data: string, clone: string): void {
  for (const entry of fs.readdirSync(data, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /^lock\./.test(entry.name)) continue;
    const from = path.join(entry.parentPath, entry.name);
    const to = path.join(clone, path.relative(data, from));
    fs.mkdirSync(path.dirname(to), { recursive: true });
    if (/\.(seg|stills)$/.test(entry.name)) fs.linkSync(from, to);
    else fs.copyFileSync(from, to);
  }
}

async function registerPlanted(index: ReferenceIndexWriter, planted: readonly Work[]): Promise<void> {
  const pool = await MediaPool.start({ threads: 2 });
  try {
    const registrar = new MediaRegistrar(
      async () => pool,
      (work) => work(index),
    );
    await Promise.all(
      planted.map(({ id, title, file }) =>
        registrar.register({
          file,
          source: path.basename(file),
          asset: () => ({ ...assetFromName(CATALOGUE, file), id: assetId(id), title }),
        }),
      ),
    );
  } finally {
    await pool.close();
  }
}

/** The planted works, as they can be registered elsewhere; without stills. */
export async function plantedIn(index: ReferenceIndex): Promise<Registration[]> {
  const assets = new Map((await index.assets(CATALOGUE)).map((asset) => [asset.id, asset]));
  const planted: Registration[] = [];
  for (const reference of await index.references({ catalogue: CATALOGUE }))
    planted.push({
      ...reference,
      asset: assets.get(reference.assetId)!,
      fingerprint: (await index.readFingerprint(reference.fingerprintId))!,
      stills: [],
    });
  return planted;
}

/** Fingerprints with pictures and sound: what other references are made of. */
export function materialOf(planted: readonly Registration[]): ReferenceFingerprint[] {
  return planted
    .map(({ fingerprint }) => fingerprint)
    .filter(({ video, audio }) => video !== null && audio.length > 0);
}

/** What a folder of the compiled program is by. */
function programOf(folder: string): string {
  const hash = createHash('sha256');
  const root = path.join(ROOT, 'dist', folder);
  for (const name of fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).sort())
    if (name.endsWith('.js')) hash.update(name).update(fs.readFileSync(path.join(root, name)));
  return hash.digest('hex');
}
