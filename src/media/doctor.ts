import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DecoderStatus } from '../../workers/protocol-pool.js';

export type { DecoderStatus };

const STATUS = fileURLToPath(new URL('../../workers/status.js', import.meta.url));
const TIMEOUT_MS = 60_000;

/**
 * Which decoders are there, in which version and under which licence: for the `doctor` command. Looked up in a
 * process of its own, because a decoder that is broken may take its process down.
 */
export async function decoderStatus(): Promise<DecoderStatus[]> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [STATUS], { timeout: TIMEOUT_MS });
    return JSON.parse(stdout) as DecoderStatus[];
  } catch (error) {
    const note = `loading the decoders ended their process: ${(error as Error).message}`;
    return (['libav', 'ffmpeg'] as const).map((name) => ({
      name,
      available: false,
      version: null,
      licence: null,
      note,
    }));
  }
}
