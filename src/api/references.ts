import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { describeUrl, type InternalCheck } from '../capture/index.js';
import { MAX_FINGERPRINT_FILE_BYTES, parseFingerprintFile } from '../catalogue/fingerprint-file.js';
import type { Reference } from '../domain/catalogue.js';
import { messageOf, StreamprintError } from '../domain/errors.js';
import { assetId } from '../domain/ids.js';
import type { ReferenceIndex } from '../reference-index/reference-index.js';
import type { AssetKeeper } from '../rights/asset-keeper.js';
import type { Catalogues } from '../rights/catalogues.js';
import type { LentCatalogue } from '../rights/lent-catalogue.js';
import type { NewReferenceJob, ReferenceJob, ReferenceJobs } from '../rights/reference-jobs.js';
import type { Uploads } from '../rights/uploads.js';
import { writeWhole } from '../storage/durable-files.js';
import { principalOf } from './authenticate.js';
import { CatalogueName } from './catalogues.js';
import { type Cursors, PAGE, pageOf } from './paging.js';
import { notFound, ProblemError, unusable } from './problem.js';
import { refuseInternal } from './public-url.js';
import { Job, locationOfJob, shownJob } from './reference-jobs.js';
import { exactly, Name, Nothing, type Resource, Text, Time, timeOf } from './route.js';
import { cataloguesSeenBy, mustHaveCatalogue } from './tenancy.js';

export interface ReferencesOptions {
  readonly jobs: ReferenceJobs;
  /** Told that there is a new job. */
  readonly onJob: () => void;
  readonly uploads: Uploads;
  readonly catalogues: Catalogues;
  readonly keeper: AssetKeeper;
  readonly changing: LentCatalogue;
  readonly registered: ReferenceIndex;
  readonly isInternal: InternalCheck;
  readonly cursors: Cursors;
}

const ReferenceState = Type.Object(
  {
    id: Type.String(),
    catalogue: Type.String(),
    assetId: Type.String(),
    source: Type.String({ description: 'Name of the file, or address that it came from' }),
    sourceBytes: Type.Integer(),
    duration: Type.Number({ description: 's' }),
    hasVideo: Type.Boolean(),
    audioTracks: Type.Integer(),
    missing: Type.Object(
      { video: Type.Number(), audio: Type.Number() },
      { description: 's that could not be decoded' },
    ),
    registeredAt: Time,
  },
  { $id: 'Reference' },
);

const FINGERPRINT_TYPES = ['application/octet-stream', 'application/vnd.streamprint.fingerprint'] as const;

const tags = ['References'];
const readers = ['rights-holder', 'analyst', 'administrator'] as const;
const writers = ['rights-holder', 'administrator'] as const;

const Target = {
  catalogue: CatalogueName,
  assetId: Text(200, 'Of the work that it is a rendition of'),
  title: Type.Optional(Text(1000, 'Of an asset that is not known yet')),
};

/** Renditions of works, which streams are compared with. */
export const referenceRoutes: Resource<ReferencesOptions> = async (server, options) => {
  const { jobs, catalogues, changing, registered, cursors } = options;
  const Place = Type.Object({ catalogue: Type.String(), assetId: Type.String(), id: Type.String() });
  const list = cursors.of('references', Place);

  server.addContentTypeParser([...FINGERPRINT_TYPES], { parseAs: 'buffer' }, (_, body, done) =>
    done(null, body),
  );

  const seen = async (request: FastifyRequest, id: string): Promise<Reference> => {
    const visible = cataloguesSeenBy(request, catalogues);
    await registered.refresh();
    const all = await registered.references({});
    const found = all.find((one) => one.id === id && (visible?.includes(one.catalogue) ?? true));
    if (!found) throw notFound(`reference ${id}`);
    return found;
  };

  const queued = (request: FastifyRequest, job: Omit<NewReferenceJob, 'createdBy'>): ReferenceJob => {
    const made = jobs.add({ ...job, createdBy: principalOf(request).user.id });
    options.onJob();
    return made;
  };

  server.get(
    '/v1/references',
    {
      config: { roles: [...readers] },
      schema: {
        tags,
        operationId: 'listReferences',
        summary: 'References by catalogue and asset',
        querystring: exactly({
          ...PAGE,
          catalogue: Type.Optional(Name('Of this catalogue')),
          assetId: Type.Optional(Name('Of this asset')),
        }),
        response: { 200: pageOf(ReferenceState) },
      },
    },
    async (request) => {
      const { limit, cursor, catalogue, assetId: asset } = request.query;
      const after = list.read(cursor);
      const visible = cataloguesSeenBy(request, catalogues);
      await registered.refresh();
      const all = await registered.references({
        ...(catalogue !== undefined && { catalogue }),
        ...(asset !== undefined && { assetId: assetId(asset) }),
      });
      const found = all
        .filter((one) => visible?.includes(one.catalogue) ?? true)
        .map((one) => ({ one, key: keyOf(one) }))
        .filter(({ key }) => after === null || key > keyOf(after))
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, limit + 1);
      const { items, next } = list.page(found, limit, ({ one: { catalogue, assetId, id } }) => ({
        catalogue,
        assetId,
        id,
      }));
      return { items: items.map(({ one }) => shown(one)), next };
    },
  );

  server.get(
    '/v1/references/:id',
    {
      config: { roles: [...readers] },
      schema: {
        tags,
        operationId: 'getReference',
        summary: 'A reference',
        params: exactly({ id: Name('Of the reference') }),
        response: { 200: ReferenceState },
      },
    },
    async (request) => shown(await seen(request, request.params.id)),
  );

  server.delete(
    '/v1/references/:id',
    {
      config: { roles: [...writers], audit: 'reference.delete' },
      schema: {
        tags,
        operationId: 'deleteReference',
        summary: 'Take a reference away: it never matches again',
        params: exactly({ id: Name('Of the reference') }),
        response: { 204: Nothing('Taken away') },
      },
    },
    async (request, reply) => {
      const { id, catalogue, assetId: asset } = await seen(request, request.params.id);
      const wasThere = await changing.change((index) => index.removeReference(id));
      if (!wasThere) throw notFound(`reference ${id}`);
      await options.keeper.see(catalogue, asset);
      return reply.code(204).send(null);
    },
  );

  server.post(
    '/v1/references',
    {
      config: { roles: [...writers], audit: 'reference.create', creates: true },
      schema: {
        tags,
        operationId: 'createReference',
        summary: 'Register media that lies at an address',
        description: 'It is fetched from outside this network only: see docs/api-references.md.',
        body: exactly({ ...Target, url: Text(4096, 'An address of http: or https:') }),
        response: { 202: Job },
      },
    },
    async (request, reply) => {
      const { catalogue, assetId: asset, title = null, url } = request.body;
      mustHaveCatalogue(request, catalogues, catalogue);
      refuseInternal(url, options.isInternal);
      const target = { catalogue, assetId: assetId(asset), title };
      const job = queued(request, { ...target, source: describeUrl(new URL(url)), url, file: null });
      return reply.code(202).header('location', locationOfJob(job.id)).send(shownJob(job));
    },
  );

  server.post(
    '/v1/references/fingerprint',
    {
      bodyLimit: MAX_FINGERPRINT_FILE_BYTES,
      config: { roles: [...writers], audit: 'reference.create', creates: true, bodySeconds: 600 },
      schema: {
        tags,
        operationId: 'createReferenceOfFingerprint',
        summary: 'Register a fingerprint file',
        description:
          'Made by `streamprint fingerprint FILE`, where the media are; the body is the file, as application/octet-stream. The format is described in docs/fingerprint-file.md.',
        querystring: exactly(Target),
        consumes: [...FINGERPRINT_TYPES],
        response: { 202: Job },
      },
    },
    async (request, reply) => {
      const { catalogue, assetId: asset, title = null } = request.query;
      mustHaveCatalogue(request, catalogues, catalogue);
      const { body } = request as { body: unknown };
      if (!(body instanceof Buffer))
        throw new ProblemError('unsupported-media-type', 'Send the file as application/octet-stream.');
      const { source } = readable(body);
      const file = randomUUID();
      writeWhole(options.uploads.fileOf(file), [body]);
      const job = queued(request, { catalogue, assetId: assetId(asset), title, source, url: null, file });
      return reply.code(202).header('location', locationOfJob(job.id)).send(shownJob(job));
    },
  );
};

const keyOf = ({
  catalogue,
  assetId: asset,
  id,
}: {
  catalogue: string;
  assetId: string;
  id: string;
}): string => JSON.stringify([catalogue, asset, id]);

/** What a fingerprint file says; whoever made it. */
function readable(body: Buffer) {
  try {
    return parseFingerprintFile(body, 'The body');
  } catch (error) {
    if (!(error instanceof StreamprintError)) throw error;
    throw unusable('', messageOf(error));
  }
}

function shown(reference: Reference) {
  const { id, catalogue, assetId: asset, source, sourceBytes, duration, hasVideo, audioTracks } = reference;
  const { missing, registeredAt } = reference;
  return {
    ...{ id, catalogue, assetId: asset, source, sourceBytes, duration, hasVideo, audioTracks, missing },
    registeredAt: timeOf(registeredAt),
  };
}
