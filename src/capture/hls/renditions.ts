import { messageOf, StreamprintError } from '../../domain/errors.js';
import type { CaptureContext } from '../settings.js';
import type { Sink } from '../sink.js';
import { Spool } from '../spool.js';
import { linkSignal, sleep } from '../wait.js';
import type { Loaded } from './load.js';
import { Pace } from './pace.js';
import type { MediaPlaylist } from './playlist-types.js';
import { Rendition } from './rendition.js';

/** Fetches a playlist as it is now. */
export type Load = (signal: AbortSignal) => Promise<Loaded<MediaPlaylist>>;

/** Once the pictures of a live stream have ended, its sound has this long to end too, ms. */
const SOUND_GRACE = 15_000;

/**
 * Captures what playlists name, live or recorded, until that of the pictures ends.
 * @param main pictures, and the sound that comes with them
 * @param audio sound of its own; null = there is none
 */
export async function captureRenditions(
  main: Load,
  audio: Load | null,
  stream: string,
  context: CaptureContext,
  sink: Sink,
  signal: AbortSignal,
): Promise<string> {
  const spool = new Spool(context.spool, stream);
  const pace = new Pace();
  const sound = linkSignal(signal);
  const follow = async (rendition: Rendition, name: string) => {
    pace.join(name);
    try {
      await rendition.run();
    } finally {
      pace.leave(name);
    }
  };
  const pictures = new Rendition(context, sink, signal, main, 'both', spool, pace);
  const tone =
    audio === null ? null : new Rendition(context, sink, sound.signal, audio, 'audio', spool, pace);
  const soundEnds =
    tone === null ? Promise.resolve() : followSound(() => follow(tone, 'audio'), sink, sound.signal);
  soundEnds.catch(() => undefined);
  try {
    await follow(pictures, 'both');
    await Promise.race([soundEnds, sleep(SOUND_GRACE, sound.signal)]);
    if (tone?.endIsKnown === true) await soundEnds;
    return 'ended';
  } finally {
    sound.abort(new Error('the pictures have ended'));
    sound.release();
    await soundEnds;
  }
}

/** Sound that is lost leaves the pictures: a note, no failure. */
async function followSound(run: () => Promise<void>, sink: Sink, signal: AbortSignal): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!signal.aborted) await sink.note(`the sound is lost: ${messageOf(error)}`);
    if (!signal.aborted && !(error instanceof StreamprintError)) throw error;
  }
}
