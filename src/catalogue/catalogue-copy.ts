import { decodeFingerprint } from '../../fingerprints/encoding.js';
import type { Registration } from '../domain/catalogue.js';
import { isPassing } from '../domain/errors.js';
import type { ReferenceId } from '../domain/ids.js';
import { pause } from '../domain/pause.js';
import type { ReferenceIndexWriter } from '../reference-index/reference-index.js';
import type { Body, Content } from '../transport/index.js';
import { KnownCatalogue } from './known-catalogue.js';
import { copyFrom, idOf, type ReferenceCopy } from './reference-message.js';
import { RegistrationQueue } from './registration-queue.js';

/** Registrations that wait to be written at once. */
const MAX_PENDING = 64;
const RETRY_MS = 1000;

export interface CopyOptions {
  /** This copy's alone. */
  readonly index: ReferenceIndexWriter;
  /** Told of a reference that cannot be registered. */
  readonly onRefused: (id: ReferenceId, error: unknown) => void;
  /** Told of what fails for now and is tried again. */
  readonly onTrouble: (message: string) => void;
  /** Aborted when nothing is to be tried again. */
  readonly signal: AbortSignal;
}

/** An index that is made equal to another catalogue, reference by reference. Calls come one after the other. */
export class CatalogueCopy {
  readonly #queue: RegistrationQueue;
  readonly #pending = new Map<ReferenceId, Promise<void>>();

  private constructor(
    readonly known: KnownCatalogue,
    private readonly options: CopyOptions,
  ) {
    this.#queue = new RegistrationQueue(options.index);
  }

  static async of(options: CopyOptions): Promise<CatalogueCopy> {
    return new CatalogueCopy(await KnownCatalogue.of(options.index), options);
  }

  /** Whether all that was put is in the index. */
  get isSettled(): boolean {
    return this.#pending.size === 0;
  }

  /**
   * Registers what is new, and changes what is different; the body is read only where it is needed. New references
   * are written many at once: `settle` waits for them.
   * @throws MessageError, FingerprintFormatError when the reference cannot be used
   */
  async put(content: Content<'reference/1'>, body: Body): Promise<void> {
    const copy = copyFrom(content);
    const id = idOf(copy);
    if (this.#pending.has(id)) await this.settle();
    const standing = this.known.standingOf(copy);
    if (standing === 'same') return;
    if (standing === 'described') {
      // In the order in which things were said of the asset.
      await this.settle();
      await this.#insist(() => this.options.index.registerExisting(copy));
      this.known.add(copy);
      return;
    }
    const fingerprint = decodeFingerprint(await body.read());
    if (standing === 'other') await this.remove(id);
    if (this.#pending.size >= MAX_PENDING) await this.settle();
    this.#pending.set(id, this.#register({ ...copy, fingerprint, stills: [] }, copy));
  }

  /** An asset goes with the last of its references. */
  async remove(id: ReferenceId): Promise<void> {
    await this.settle();
    const known = this.known.assetOf(id);
    if (known === null) return;
    const { index } = this.options;
    const { catalogue, id: asset } = known.asset;
    if (known.isLast) await this.#insist(() => index.removeAsset(catalogue, asset));
    else await this.#insist(() => index.removeReference(id));
    this.known.delete(id);
  }

  async settle(): Promise<void> {
    this.#queue.flush();
    await Promise.all(this.#pending.values());
  }

  async #register(registration: Registration, copy: ReferenceCopy): Promise<void> {
    const id = idOf(copy);
    try {
      await this.#insist(() => this.#queue.add(registration));
      this.known.add(copy);
    } catch (error) {
      this.options.onRefused(id, error);
    }
    this.#pending.delete(id);
  }

  /** Tries for as long as it is the circumstances that fail, and this goes on. */
  async #insist<T>(work: () => Promise<T>): Promise<T> {
    const { signal, onTrouble } = this.options;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isPassing(error) || signal.aborted) throw error;
        onTrouble(`The catalogue cannot be followed for now: ${error.message}`);
        await pause(RETRY_MS, signal);
      }
    }
  }
}
