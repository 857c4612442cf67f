import path from 'node:path';
import { messageOf } from '../../../src/domain/errors.js';
import { ScratchFolder } from './folder.js';
import type { Peer, PeerAnswer, PeerFailure, PeerTitle } from './peer.js';
import { type PythonPackage, setUp } from './python-env.js';
import { PythonScript } from './python-script.js';
import { decodeSound } from './sound.js';

const PACKAGE: PythonPackage = {
  requirements: ['audfprint2==0.1.2'],
  module: 'audfprint2',
  needs: 'Python 3.11 or newer with venv and pip (on Debian: apt-get install python3-venv)',
};
/** What audfprint works at, Hz. */
const RATE = 11025;

/** Landmarks by audfprint2, with the defaults of its command line: five hashes on one line, give or take two frames. */
export class Audfprint implements Peer {
  readonly name = 'audfprint2';
  readonly modality = 'audio';
  readonly failures: PeerFailure[] = [];
  readonly #folder = new ScratchFolder();
  #script: PythonScript | null = null;

  available(): Promise<string | null> {
    return setUp(PACKAGE);
  }

  async enroll(titles: readonly PeerTitle[]): Promise<void> {
    const script = this.#started();
    await script.ask({ begin: true });
    for (const { id, file } of titles)
      await this.#tried(file, async (sound) => void (await script.ask({ store: id, file: sound })));
    await script.ask({ end: true });
  }

  async query(file: string): Promise<PeerAnswer | null> {
    const script = this.#started();
    const found = await this.#tried(file, (sound) => script.ask({ query: sound }));
    if (typeof found?.id !== 'string') return null;
    return { titleId: found.id, offset: Number(found.offset), score: Number(found.hashes) };
  }

  async close(): Promise<void> {
    await this.#script?.close();
    this.#script = null;
    this.#folder.remove();
  }

  #started(): PythonScript {
    const database = path.join(this.#folder.path, 'titles.pklz');
    this.#script ??= new PythonScript(PACKAGE, 'audfprint.py', [database]);
    return this.#script;
  }

  async #tried<T>(file: string, work: (sound: string) => Promise<T>): Promise<T | null> {
    try {
      return await work(await decodeSound(file, RATE, this.#folder.path));
    } catch (error) {
      this.failures.push({ file, message: messageOf(error) });
      return null;
    }
  }
}
