import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Access } from '../access/access.js';
import { type ApiOptions, startApi, type WholeApi } from '../api/server.js';
import type { Config } from '../config.js';
import { DetectionStore } from '../detections/detection-store.js';
import type { DetectionChange } from '../detections/tracker.js';
import { messageOf } from '../domain/errors.js';
import { hostOfUrl } from '../domain/host.js';
import type { MediaPool } from '../media/media-pool.js';
import { detectionEvent, type MonitorEvent } from '../monitor/events.js';
import type { ProbeMode } from '../probe/options.js';
import { type Probe, startProbe } from '../probe/probe.js';
import { AssetKeeper } from '../rights/asset-keeper.js';
import { Assets } from '../rights/assets.js';
import { Catalogues } from '../rights/catalogues.js';
import { LentCatalogue } from '../rights/lent-catalogue.js';
import { Licences } from '../rights/licences.js';
import { ReferenceEndings } from '../rights/reference-endings.js';
import { openRightsDatabase } from '../rights/rights-store.js';
import { catalogueMeasures } from '../service/catalogue-measures.js';
import { EngineWatch } from '../service/engine-watch.js';
import { happeningsMeasures } from '../service/happenings-measures.js';
import { probeMeasures } from '../service/probe-measures.js';
import { Counter, textOf } from '../service/prometheus.js';
import { Recorder } from '../service/recorder.js';
import { searchMeasures } from '../service/search-measures.js';
import { processMeasures, WorkerMeasures } from '../service/worker-measures.js';
import type { Bus } from '../transport/index.js';
import { openAssetSearch } from './asset-search.js';
import { BlobSweep } from './blob-sweep.js';
import { isShared, openBus } from './bus.js';
import { Catalogue } from './catalogue.js';
import { Closing } from './closing.js';
import { openDetections } from './detections.js';
import { enginesOf } from './engines.js';
import { openHappenings } from './happenings.js';
import { startImports } from './imports.js';
import { startLiveReferences } from './live-references.js';
import { startLookups } from './lookups.js';
import { startMatching } from './matching.js';
import { openPast, startAsking } from './past.js';
import { openIndex } from './reference-index.js';
import { startReferences } from './references.js';
import { eventOf } from './stream-events.js';
import { type RunningWorker, startWorker } from './worker.js';
import { openWorkersCatalogue } from './workers-catalogue.js';

export interface ServeOptions {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  /** What is captured in this process; may be empty. */
  readonly targets: readonly string[];
  /** Of the probe, see ProbeOptions; `central` if absent. */
  readonly mode?: ProbeMode;
  /** See WorkerOptions. */
  readonly commitDelay: number;
  /** Of the probe, as messages show it. */
  readonly name: string;
  readonly onEvent: (event: MonitorEvent) => void;
  /** Told of each request that was answered. */
  readonly onAnswer?: ApiOptions['onAnswer'];
  /** Told what a person should read that is not about one stream that is worked on. */
  readonly onTrouble: (message: string) => void;
}

/** A service with its worker and, where there is something to capture, its probe, in one process. */
export class Service {
  private constructor(
    readonly bus: Bus,
    readonly api: WholeApi,
    readonly worker: RunningWorker,
    readonly probe: Probe | null,
    /** The key of the first administrator, where there was none so far; it can be shown this once. */
    readonly firstKey: string | null,
    private readonly closing: Closing,
  ) {}

  /**
   * @param pool decodes; not closed by the service
   * @throws SP_DATA_LOCKED, SP_DATA_VERSION when the data directory cannot be used; SP_BUS_UNAVAILABLE, SP_BUS_TOPIC;
   * SP_USAGE when settings make no sense
   */
  static async start(config: Config, pool: MediaPool, options: ServeOptions): Promise<Service> {
    const closing = new Closing();
    try {
      return await Service.#start(config, pool, options, closing);
    } catch (error) {
      await closing.close();
      throw error;
    }
  }

  static async #start(
    config: Config,
    pool: MediaPool,
    options: ServeOptions,
    closing: Closing,
  ): Promise<Service> {
    const { data, host, port, onEvent, onTrouble } = options;
    const now = Date.now;
    const bus = closing.add(await openBus(config, data, 'service', onTrouble));
    closing.add(BlobSweep.of(config, data, onTrouble));
    const store = closing.add(DetectionStore.openWriter(data));
    const catalogue = closing.add(await openWorkersCatalogue(config, data, bus, onTrouble));
    const { index, follower } = catalogue;
    const matching = closing.add(startMatching(config, catalogue, onTrouble));
    const rights = closing.add(openRightsDatabase(data));
    const catalogues = new Catalogues(rights, now);
    const assets = new Assets(rights, now);
    const assetSearch = closing.add(
      await openAssetSearch({ config, data, database: rights, assets, now, onTrouble }),
    );
    const licences = new Licences(rights, (some) => assets.policiesOf(some), now);
    const happenings = closing.add(
      await openHappenings({
        ...{ config, data, bus, now, onTrouble },
        endings: new ReferenceEndings(rights),
        classify: (detection) => licences.classify(detection, hostOfUrl(detection.stream.url)),
        tenantOf: (catalogue) => catalogues.tenantOf(catalogue),
      }),
    );
    const changes = new Counter('streamprint_detections_total', 'Detections by what happened to them');
    closing.add(
      await Recorder.start(bus, store, (change) => {
        changes.add({ change: change.type });
        happenings.detected();
        onEvent(detectionEvent(change, now()));
      }),
    );
    const past = openPast(config, data);
    const measures = new WorkerMeasures(now);
    const worker = closing.add(
      await startWorker({
        bus,
        index,
        pool,
        newMatching: () => matching.newMatching(),
        past,
        spool: path.join(data, 'spool-worker'),
        group: config.group,
        threads: config.threads,
        commitDelay: options.commitDelay,
        onDone: (delivery, outcome, inHaste) => {
          measures.done(delivery, outcome, inHaste);
          const event = eventOf(delivery, outcome, now());
          if (event) onEvent(event);
        },
        onNote: (stream, message) =>
          onEvent({ type: 'stream.note', time: new Date(now()).toISOString(), stream, message }),
        onTrouble,
      }),
    );
    const onChange = (change: DetectionChange) => {
      happenings.detected();
      onEvent(detectionEvent(change, now()));
    };
    closing.add(startAsking({ data, index, store, onChange, onTrouble }));
    let probe: Probe | null = null;
    const metrics = () =>
      textOf([
        ...measures.metrics,
        changes,
        ...processMeasures(bus, pool),
        ...(follower ? catalogueMeasures(follower) : []),
        ...happeningsMeasures(happenings.log, happenings.deliveries),
        ...searchMeasures('detection', detections.copied),
        ...searchMeasures('asset', assetSearch.copied),
        ...(probe ? probeMeasures(() => probe!.stats) : []),
      ]);
    const access = closing.add(await Access.open(data));
    const unknown = access.audit.settle();
    if (unknown > 0)
      onTrouble(`Changes that were under way when the service was stopped: ${unknown}; see the audit log.`);
    const changing = closing.add(
      new LentCatalogue({
        open: () => Catalogue.open(config, data, onTrouble),
        onTrouble: (error) => onTrouble(messageOf(error)),
      }),
    );
    const registered = closing.add(await openIndex(config, data));
    const keeper = closing.add(
      await AssetKeeper.start({
        ...{ assets, catalogues, licences, registered, changing },
        onTrouble: (error) => onTrouble(`The catalogue cannot be read: ${messageOf(error)}`),
      }),
    );
    const detections = closing.add(
      await openDetections({ config, data, bus, pool, registered, now, onTrouble }),
    );
    const references = closing.add(
      await startReferences({
        config,
        data,
        database: rights,
        assets,
        changing,
        now,
        onEnd: (job) => {
          keeper.seeSoon(job.catalogue, job.assetId);
          happenings.referenceEnded();
        },
        onTrouble,
      }),
    );
    const { jobs, isInternal, onJob } = references;
    const clips = closing.add(await startLookups({ config, data, isInternal, now, onTrouble }));
    const imports = closing.add(
      await startImports({
        ...{ data, database: rights, assets, keeper, jobs, isInternal, onJob, now },
        onTrouble,
      }),
    );
    const { live } = closing.add(
      await startLiveReferences({ ...{ data, pool, assets, changing, isInternal, now }, onTrouble }),
    );
    const watch = closing.add(
      await EngineWatch.start(enginesOf(config, { bus, index: registered, pool, store })),
    );
    const firstKey = config.apiOpen ? null : access.firstKey();
    const api = closing.add(
      await startApi({
        host,
        port,
        access,
        catalogues,
        assets,
        assetSearch: assetSearch.search,
        keeper,
        changing,
        registered,
        ...detections,
        ...clips,
        store,
        classify: (found) => licences.classifyAll(found),
        ...references,
        ...imports,
        live,
        licences,
        ...happenings,
        owners: catalogues,
        onReplay: () => happenings.deliver(),
        checkReceiver: (url) => happenings.webhooks.check(url),
        ...(options.onAnswer && { onAnswer: options.onAnswer }),
        isOpen: config.apiOpen,
        rate: config.apiRate,
        engines: () => watch.states,
        metrics,
        onTrouble,
      }),
    );
    if (options.targets.length > 0) probe = await capture(bus, pool, config, options);
    return new Service(bus, api, worker, probe, firstKey, closing);
  }

  /** Resolves when every stream that is captured here has ended, and all of it was worked on. */
  async ended(): Promise<void> {
    await this.probe?.ended();
    await this.#drained(Number.POSITIVE_INFINITY);
  }

  /** Captures no more, works on what has come for some seconds, and ends; what is left waits on the bus. */
  async close(): Promise<void> {
    await this.probe?.stop();
    await this.#drained(DRAIN_MS);
    await this.closing.close();
  }

  async #drained(withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    const isBusy = () => this.bus.stats.waiting + this.bus.stats.running > 0;
    while (isBusy() && Date.now() < deadline) await pause(50);
  }
}

const DRAIN_MS = 20_000;

function capture(bus: Bus, pool: MediaPool, config: Config, options: ServeOptions): Promise<Probe> {
  const { asnDatabase, countryDatabase, serviceUrl } = config;
  return startProbe(options.targets, {
    bus,
    name: options.name,
    directory: path.join(options.data, 'probe'),
    mode: options.mode ?? 'central',
    pool,
    asnDatabase,
    countryDatabase,
    serviceUrl,
    sameProcess: !isShared(config) || serviceUrl === null,
    // What it tells of a stream comes over the bus, too.
    emit: ({ stream, message }) => stream === '' && options.onTrouble(message),
  });
}
