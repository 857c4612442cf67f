import { CataloguePublisher, type Published } from '../catalogue/publish-catalogue.js';
import type { Config } from '../config.js';
import { messageOf, StreamprintError } from '../domain/errors.js';
import { pause } from '../domain/pause.js';
import { openEmbeddedIndexWriter } from '../reference-index/embedded/index.js';
import type {
  CatalogueOutbox,
  ReferenceIndex,
  ReferenceIndexWriter,
} from '../reference-index/reference-index.js';
import { Serial } from '../storage/serial.js';
import type { Bus } from '../transport/index.js';
import { isShared, openBus } from './bus.js';
import { openIndexWriter } from './reference-index.js';

const PUBLISH_EVERY_MS = 2000;

/**
 * How workers have the catalogue. On Elasticsearch everybody looks up there. Else over Kafka each follows it by the
 * bus, in an index of its own. With the embedded bus worker and catalogue share a data directory anyhow: the worker
 * reads the very index that the catalogue's one writer changes, and nothing is copied or published.
 * @throws SP_USAGE when it is to go by a bus that is not there
 */
export function catalogueGoesBy(config: Config): 'bus' | 'data' {
  if (config.elasticsearch !== null) {
    if (config.catalogue === 'bus')
      throw new StreamprintError(
        'SP_USAGE',
        'STREAMPRINT_CATALOGUE is "bus", but with STREAMPRINT_ELASTICSEARCH everybody looks up there: set one of them.',
      );
    return 'data';
  }
  if (config.catalogue === 'bus' && !isShared(config))
    throw new StreamprintError('SP_USAGE', 'STREAMPRINT_CATALOGUE is "bus": that needs STREAMPRINT_KAFKA.');
  return config.catalogue ?? (isShared(config) ? 'bus' : 'data');
}

/** The catalogue of a data directory, to be changed. Where workers follow it by the bus, they are told. */
export class Catalogue {
  readonly #closing = new AbortController();
  readonly #publishing: Promise<void>;
  readonly #serial = new Serial();
  #published: Published = { published: 0, retracted: 0, failed: [] };
  #bus: Bus | null = null;
  #publisher: CataloguePublisher | null = null;
  #lastTrouble = '';

  private constructor(
    readonly index: ReferenceIndexWriter,
    /** null = nobody follows it. */
    private readonly followed: {
      readonly outbox: ReferenceIndex & CatalogueOutbox;
      openBus(): Promise<Bus>;
    } | null,
    private readonly onTrouble: (message: string) => void,
  ) {
    this.#publishing = this.#keepPublishing();
  }

  /**
   * Opens it and begins to tell the bus what it does not know yet, of earlier times too.
   * @param onTrouble told what keeps the bus from being told, one sentence each
   * @throws SP_USAGE
   * @throws SP_DATA_LOCKED, SP_DATA_VERSION, SP_DATA_CORRUPT, SP_DISK_FULL
   */
  static async open(
    config: Config,
    dataDirectory: string,
    onTrouble: (message: string) => void,
  ): Promise<Catalogue> {
    if (catalogueGoesBy(config) === 'data')
      return new Catalogue(await openIndexWriter(config, dataDirectory), null, onTrouble);
    const outbox = await openEmbeddedIndexWriter(dataDirectory);
    const open = () => openBus(config, dataDirectory, 'catalogue');
    return new Catalogue(outbox, { outbox, openBus: open }, onTrouble);
  }

  /** Whether workers follow it by the bus. */
  get isFollowed(): boolean {
    return this.followed !== null;
  }

  /** The bus is to be told of every reference again. */
  async republish(): Promise<void> {
    await this.followed?.outbox.republish();
  }

  /**
   * Tells the bus now. Throws as `openBus` and `CataloguePublisher.publish` do.
   * @returns what it was told since this was opened
   */
  publish(): Promise<Published> {
    return this.#serial.run(() => this.#publish());
  }

  /** Tells the bus what is left, and closes. Resolves to whether it was told everything. */
  async close(): Promise<boolean> {
    this.#closing.abort(new Error('the catalogue is closed'));
    await this.#publishing;
    const isPublished = !this.isFollowed || (await this.#tryToPublish());
    await this.index.close();
    await this.#bus?.close();
    return isPublished;
  }

  async #publish(): Promise<Published> {
    if (this.followed) {
      this.#bus ??= await this.followed.openBus();
      this.#publisher ??= new CataloguePublisher(this.followed.outbox, this.#bus);
      const { published, retracted, failed } = await this.#publisher.publish();
      for (const { id, error } of failed)
        this.#tell(`The bus cannot take reference ${id}: ${error.message} [${error.code}]`);
      const before = this.#published;
      this.#published = {
        published: before.published + published,
        retracted: before.retracted + retracted,
        failed: [...before.failed, ...failed],
      };
    }
    return this.#published;
  }

  async #keepPublishing(): Promise<void> {
    if (!this.isFollowed) return;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#tryToPublish();
      await pause(PUBLISH_EVERY_MS, signal);
    }
  }

  async #tryToPublish(): Promise<boolean> {
    try {
      if (!this.followed || (await this.followed.outbox.unpublished(0, 1)).length === 0) return true;
      await this.publish();
      return (await this.followed.outbox.unpublished(0, 1)).length === 0;
    } catch (error) {
      this.#tell(`Workers are not told of the catalogue's changes yet: ${messageOf(error)}`);
      return false;
    }
  }

  #tell(message: string): void {
    if (message !== this.#lastTrouble) this.onTrouble(message);
    this.#lastTrouble = message;
  }
}
