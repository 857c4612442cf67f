import type { Access } from '../access/access.js';
import { StreamprintError } from '../domain/errors.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { LentCatalogue } from '../rights/lent-catalogue.js';
import { type AlertDeliveriesOptions, alertDeliveryRoutes } from './alert-deliveries.js';
import { type AlertRulesOptions, alertRuleRoutes } from './alert-rules.js';
import { type AssetsOptions, assetRoutes } from './assets.js';
import { auditRoutes } from './audit.js';
import { audit, beginAudited } from './audited.js';
import { type AuthenticateOptions, authenticate } from './authenticate.js';
import { type CataloguesOptions, catalogueRoutes } from './catalogues.js';
import { type DetectionsOptions, detectionsRoutes } from './detections/index.js';
import { askForVersion } from './etag.js';
import { type EventsOptions, eventRoutes } from './events.js';
import { type HealthOptions, healthRoutes } from './health.js';
import { type Api, isLoopback, listen, newServer } from './http-server.js';
import { answerOnce } from './idempotency.js';
import { type ImportsOptions, importRoutes } from './imports.js';
import { keyRoutes } from './keys.js';
import { type LicencesOptions, licenceRoutes } from './licences.js';
import { type LiveReferencesOptions, liveReferenceRoutes } from './live-references.js';
import { type LookupsOptions, lookupRoutes } from './lookups.js';
import { type MetricsOptions, metricsRoute } from './metrics.js';
import type { KnownRoute } from './openapi/operation.js';
import { documentRoutes } from './openapi/routes.js';
import { type PagesOptions, pageRoutes } from './pages.js';
import { Cursors } from './paging.js';
import { type ProbesOptions, probeRoutes } from './probes.js';
import { limitRate } from './rate-limit.js';
import { referenceJobRoutes } from './reference-jobs.js';
import { type ReferencesOptions, referenceRoutes } from './references.js';
import { type Answered, tellRequests } from './request-log.js';
import type { ApiServer } from './route.js';
import { type SearchBoxOptions, searchBoxRoutes } from './search/index.js';
import { type SessionOptions, sessionRoutes } from './session.js';
import { type StreamsOptions, streamRoutes } from './streams.js';
import { tenantRoutes } from './tenants.js';
import { type TimelineOptions, timelineRoutes } from './timeline.js';
import { type UploadsRoutesOptions, uploadRoutes } from './uploads.js';
import { userRoutes } from './users.js';

/** What the routes need: each resource has an interface of its own. */
export interface ApiOptions
  extends AuthenticateOptions,
    HealthOptions,
    Omit<MetricsOptions, 'isLocal'>,
    PagesOptions,
    SessionOptions,
    Omit<CataloguesOptions, 'cursors'>,
    Omit<AssetsOptions, 'cursors'>,
    Omit<LookupsOptions, 'catalogues'>,
    Omit<DetectionsOptions, 'cursors' | 'catalogues'>,
    Omit<SearchBoxOptions, 'catalogues'>,
    Omit<LicencesOptions, 'cursors'>,
    Omit<LiveReferencesOptions, 'cursors'>,
    Omit<ImportsOptions, 'cursors'>,
    Omit<ReferencesOptions, 'cursors'>,
    UploadsRoutesOptions,
    Omit<StreamsOptions, 'cursors'>,
    TimelineOptions,
    EventsOptions,
    ProbesOptions,
    Omit<AlertRulesOptions, 'cursors'>,
    Omit<AlertDeliveriesOptions, 'cursors'> {
  readonly access: Access;
  /** The right to change what is registered. */
  readonly changing: LentCatalogue;
  /** What is registered; `refresh` shows what was changed since. */
  readonly registered: ReferenceIndex;
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
  /** Requests that one key may make in a second, in the long run. */
  readonly rate: number;
  /** Told of each request that was answered. */
  readonly onAnswer?: (answered: Answered) => void;
  /** Told of what is no fault of a request, one sentence each. */
  readonly onTrouble: (message: string) => void;
}

/** The API of a service. */
export interface WholeApi extends Api {
  /** What it answers. */
  readonly routes: readonly KnownRoute[];
}

/** Answers over HTTP. @throws SP_USAGE when it cannot listen there, or nobody may be let in without a key */
export async function startApi(options: ApiOptions): Promise<WholeApi> {
  const { host, port } = options;
  if (options.isOpen && !isLoopback(host))
    throw new StreamprintError(
      'SP_USAGE',
      `Without keys only this machine may ask, and ${host} is for others.`,
    );
  const { server, routes } = await assemble(options);
  return { ...(await listen(server, host, port)), routes };
}

/** Everything that is answered, put together; it listens nowhere yet. */
async function assemble(
  options: ApiOptions,
): Promise<{ readonly server: ApiServer; readonly routes: readonly KnownRoute[] }> {
  const server = newServer(options.onTrouble);
  if (options.onAnswer) tellRequests(server, options.onAnswer);
  authenticate(server, options);
  limitRate(server, options.rate);
  askForVersion(server);
  audit(server, options.access);
  answerOnce(server, options.access);
  beginAudited(server, options.access);
  const routes = documentRoutes(server);
  await server.register(healthRoutes, options);
  await server.register(metricsRoute, { ...options, isLocal: isLoopback(options.host) });
  const resources = { ...options, cursors: new Cursors(options.access.cursorSecret) };
  await server.register(sessionRoutes, resources);
  await server.register(tenantRoutes, resources);
  await server.register(userRoutes, resources);
  await server.register(keyRoutes, resources);
  await server.register(auditRoutes, resources);
  await server.register(catalogueRoutes, resources);
  await server.register(assetRoutes, resources);
  await server.register(detectionsRoutes, resources);
  await server.register(searchBoxRoutes, resources);
  await server.register(lookupRoutes, resources);
  await server.register(referenceRoutes, resources);
  await server.register(referenceJobRoutes, resources);
  await server.register(importRoutes, resources);
  await server.register(uploadRoutes, resources);
  await server.register(licenceRoutes, resources);
  await server.register(liveReferenceRoutes, resources);
  await server.register(pageRoutes, options);
  await server.register(probeRoutes, resources);
  await server.register(streamRoutes, resources);
  await server.register(timelineRoutes, resources);
  await server.register(eventRoutes, resources);
  await server.register(alertRuleRoutes, resources);
  await server.register(alertDeliveryRoutes, resources);
  await server.ready();
  return { server, routes };
}
