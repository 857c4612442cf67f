import { Worker } from 'node:worker_threads';
import type { AudioFeatures, PictureFeatures } from '../../../fingerprints/types.js';
import type { Seconds } from '../../../fingerprints/units.js';
import { WaitingCalls } from '../../domain/waiting-calls.js';
import type { LiveMatch } from '../matches.js';
import { LIVE } from '../settings.js';
import type { StreamMatching } from '../stream-matching.js';
import { compact } from './compact.js';
import type { Addition, MatchingAnswer, MatchingCall, MatchingResult, Pace } from './protocol.js';

type Kind = Exclude<MatchingCall['kind'], 'release' | 'close'>;

/**
 * Live streams that are matched in a thread of their own, so that capture and the bus do not wait for look-ups. A
 * thread that dies is replaced: what it was asked fails, and what it remembered of streams is gone.
 */
export class MatchingThread {
  readonly #waiting = new WaitingCalls<MatchingResult>();
  #thread: Worker | null = null;
  #streams = 0;
  #isClosed = false;

  /**
   * @param program the module that answers: see `answerMatching`
   * @param given to it, as its `workerData`
   * @param onDeath told, in one sentence, that the thread died
   */
  constructor(
    private readonly program: URL,
    private readonly given: unknown,
    private readonly onDeath: (message: string) => void,
  ) {}

  newMatching(): StreamMatching {
    const stream = this.#streams++;
    return new ThreadedMatching(
      (kind, additions) => this.#ask(kind, stream, additions),
      () => this.#thread?.postMessage({ kind: 'release', stream } satisfies MatchingCall),
    );
  }

  /** To be called when nothing is asked any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const thread = this.#thread;
    if (!thread) return;
    const ended = new Promise((resolve) => thread.once('exit', resolve));
    thread.postMessage({ kind: 'close' } satisfies MatchingCall);
    await ended;
  }

  #ask(kind: Kind, stream: number, additions: readonly Addition[]): Promise<MatchingResult> {
    if (this.#isClosed) return Promise.reject(new Error('The thread that matches is closed.'));
    return this.#waiting.ask((id) =>
      this.#alive().postMessage({ kind, id, stream, additions } satisfies MatchingCall),
    );
  }

  #alive(): Worker {
    if (this.#thread) return this.#thread;
    const thread = new Worker(this.program, { workerData: this.given });
    thread.on('message', (answer: MatchingAnswer) => this.#waiting.take(answer));
    thread.on('error', (error) => this.#bury(thread, error));
    thread.on('exit', (code) => this.#bury(thread, new Error(`it ended with code ${code}`)));
    this.#thread = thread;
    return thread;
  }

  #bury(thread: Worker, why: Error): void {
    if (this.#thread !== thread) return;
    this.#thread = null;
    if (!this.#isClosed) this.onDeath(`The thread that matches has died and is replaced: ${why.message}`);
    this.#waiting.fail(why);
  }
}

/** One stream that is matched in the thread: what is added goes there with the next call. */
class ThreadedMatching implements StreamMatching {
  matchedUntil: Seconds = Number.NEGATIVE_INFINITY;
  #pictureEvery: Pace = { calm: 0, inHaste: LIVE.pictureEvery };
  #additions: Addition[] = [];

  constructor(
    private readonly ask: (kind: Kind, additions: readonly Addition[]) => Promise<MatchingResult>,
    readonly release: () => void,
  ) {}

  pictureEvery(inHaste: boolean): Seconds {
    return inHaste ? this.#pictureEvery.inHaste : this.#pictureEvery.calm;
  }

  addAudio(features: AudioFeatures, shift: Seconds): void {
    this.#additions.push({ audio: compact(features), shift });
  }

  addPictures(features: PictureFeatures, shift: Seconds, until: Seconds): void {
    this.#additions.push({ pictures: compact(features), shift, until });
  }

  advance(inHaste: boolean): Promise<readonly LiveMatch[]> {
    return this.#ask(inHaste ? 'hasten' : 'advance');
  }

  finish(): Promise<readonly LiveMatch[]> {
    return this.#ask('finish');
  }

  async #ask(kind: Kind): Promise<readonly LiveMatch[]> {
    const additions = this.#additions;
    this.#additions = [];
    const { matches, matchedUntil, pictureEvery } = await this.ask(kind, additions);
    this.matchedUntil = matchedUntil;
    this.#pictureEvery = pictureEvery;
    return matches;
  }
}
