import fs from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../../src/domain/errors.js';
import { ScratchFolder } from './folder.js';
import type { Peer, PeerAnswer, PeerFailure, PeerTitle } from './peer.js';
import { run } from './run.js';
import { readSignature, type VideoSignature } from './signature-file.js';
import { matchSignatures, type SignatureMatch } from './signature-match.js';

/** Ticks a second in the signature files. */
const TICKS = 1000;
const TIMEOUT = 600;

/**
 * MPEG-7 video signatures by ffmpeg's `signature` filter. Its own look-up decodes both films of every pair anew, so
 * the signatures are written to files once and compared here, by its rule.
 */
export class FfmpegSignature implements Peer {
  readonly name = 'ffmpeg-signature';
  readonly modality = 'video';
  readonly failures: PeerFailure[] = [];
  readonly #titles = new Map<string, VideoSignature>();
  readonly #folder = new ScratchFolder();

  async available(): Promise<string | null> {
    const filters = await run('ffmpeg', ['-hide_banner', '-filters'], 60).catch(() => '');
    return /\bsignature\b/.test(filters)
      ? null
      : 'the signature filter needs ffmpeg with GPL parts (on Debian: apt-get install ffmpeg)';
  }

  async enroll(titles: readonly PeerTitle[]): Promise<void> {
    this.#titles.clear();
    for (const { id, file } of titles) {
      const signature = await this.#signature(file);
      if (signature) this.#titles.set(id, signature);
    }
  }

  async query(file: string): Promise<PeerAnswer | null> {
    const clip = await this.#signature(file);
    if (!clip) return null;
    let best: (SignatureMatch & { titleId: string }) | null = null;
    for (const [titleId, title] of this.#titles) {
      const match = matchSignatures(clip, title);
      if (match && (!best || match.frames > best.frames)) best = { ...match, titleId };
    }
    return best && { titleId: best.titleId, offset: best.offset, score: best.frames };
  }

  async close(): Promise<void> {
    this.#titles.clear();
    this.#folder.remove();
  }

  async #signature(file: string): Promise<VideoSignature | null> {
    const written = path.join(this.#folder.path, 'film.sig');
    const filter = `settb=1/${TICKS},signature=format=binary:filename=${written}`;
    try {
      // biome-ignore format: an option and its value side by side
      await run('ffmpeg', ['-v', 'error', '-i', file, '-an', '-vf', filter, '-fps_mode', 'passthrough', '-f', 'null', '-'], TIMEOUT);
      return readSignature(await fs.readFile(written), 1 / TICKS);
    } catch (error) {
      this.failures.push({ file, message: messageOf(error) });
      return null;
    } finally {
      await fs.rm(written, { force: true });
    }
  }
}
