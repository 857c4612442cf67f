import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type TProperties } from 'typebox';
import { assetFromName } from '../catalogue/metadata.js';
import type { Catalogues } from '../rights/catalogues.js';
import { shownName } from '../rights/shown-name.js';
import { MAX_UNFINISHED, type Upload, type Uploads } from '../rights/uploads.js';
import { principalOf } from './authenticate.js';
import { notFound, ProblemError, unusable } from './problem.js';
import { exactly, orNull, type Resource, Time, timeOf, timeOrNull } from './route.js';
import { mustHaveCatalogue, seesCatalogue } from './tenancy.js';
import { JOB_HEADER, metadataOf, OFFSET_STREAM, Tus, UPLOADS_PATH } from './tus/tus.js';
import type { UploadFacts } from './tus/upload-store.js';

export interface UploadsRoutesOptions {
  readonly uploads: Uploads;
  readonly catalogues: Catalogues;
  /** bytes */
  readonly uploadMaxBytes: number;
  /** ms */
  readonly keepUnfinished: number;
  readonly uploadFolder: string;
}

/** A part of an upload may take so long, s. */
const PART_SECONDS = 3600;
const MAX_ID = 200;

const UploadState = Type.Object(
  {
    id: Type.String(),
    catalogue: Type.String(),
    assetId: Type.String(),
    title: orNull(Type.String()),
    fileName: Type.String(),
    size: Type.Integer({ description: 'bytes' }),
    offset: Type.Integer({ description: 'bytes that are there' }),
    jobId: orNull(Type.String({ description: 'Of the job that registers it, when it is whole' })),
    createdAt: Time,
    expiresAt: orNull(Time),
  },
  { $id: 'Upload' },
);

const tags = ['References'];
const roles = ['rights-holder', 'administrator'] as const;
const params = exactly({ id: Type.String({ pattern: '^[0-9a-f-]{36}$' }) });
const tusHeaders = <T extends TProperties>(more: T) =>
  Type.Object({ 'tus-resumable': Type.Optional(Type.Enum(['1.0.0'])), ...more });
const Count = Type.Optional(Type.String({ pattern: '^\\d{1,16}$', description: 'bytes' }));
const Empty = (description: string) => Type.Null({ description });

/** Media by tus 1.0: an upload goes on where it was cut off, also when the service was killed. */
export const uploadRoutes: Resource<UploadsRoutesOptions> = async (server, options) => {
  const { uploads, catalogues } = options;
  const tus = new Tus({
    uploads,
    folder: options.uploadFolder,
    maxBytes: options.uploadMaxBytes,
    keepUnfinished: options.keepUnfinished,
  });
  // Read as it comes, by what speaks the protocol.
  server.addContentTypeParser(OFFSET_STREAM, (_request, _payload, done) => done(null));
  server.addHook('onSend', async (_, reply) => {
    reply.header('tus-resumable', '1.0.0');
  });

  const owned = (request: FastifyRequest): Upload => {
    const { id } = request.params as { id: string };
    const upload = uploads.get(id);
    if (!upload || !seesCatalogue(request, catalogues, upload.catalogue)) throw notFound(`upload ${id}`);
    return upload;
  };

  server.options(
    UPLOADS_PATH,
    {
      config: { roles: [...roles] },
      schema: {
        tags,
        operationId: 'describeUploads',
        summary: 'What of tus is understood',
        response: { 204: Empty('Tus-Version, Tus-Extension, Tus-Max-Size') },
      },
    },
    async (request, reply) => tus.answer(request, reply) as Promise<never>,
  );

  server.post(
    UPLOADS_PATH,
    {
      bodyLimit: Number.MAX_SAFE_INTEGER,
      config: { roles: [...roles], audit: 'upload.create', bodySeconds: PART_SECONDS },
      schema: {
        tags,
        operationId: 'createUpload',
        summary: 'Begin an upload of media or of a fingerprint file',
        description:
          'tus 1.0, with creation-with-upload. `Upload-Metadata` has `catalogue`, `filename`, and if wanted `assetId` (a slug of the name without it) and `title`.',
        consumes: [OFFSET_STREAM],
        headers: tusHeaders({
          'upload-length': Count,
          'upload-metadata': Type.Optional(
            Type.String({ maxLength: 16_384, description: 'Values in Base64' }),
          ),
        }),
        response: { 201: Empty('Location says where it goes on') },
      },
    },
    async (request, reply) => tus.answer(request, reply, factsOf(request, options)) as Promise<never>,
  );

  server.head(
    `${UPLOADS_PATH}/:id`,
    {
      config: { roles: [...roles] },
      schema: {
        tags,
        operationId: 'resumeUpload',
        summary: 'Where an upload goes on',
        params,
        headers: tusHeaders({}),
        response: { 200: Empty('Upload-Offset, Upload-Length, Upload-Metadata') },
      },
    },
    async (request, reply) => {
      const { id } = owned(request);
      // Whole, but the process was killed before it took note of that.
      const job = await uploads.finish(id);
      if (job) reply.header(JOB_HEADER, job.id);
      return tus.answer(request, reply) as Promise<never>;
    },
  );

  server.get(
    `${UPLOADS_PATH}/:id`,
    {
      exposeHeadRoute: false,
      config: { roles: [...roles] },
      schema: {
        tags,
        operationId: 'getUpload',
        summary: 'An upload',
        params,
        response: { 200: UploadState },
      },
    },
    async (request) => {
      const upload = owned(request);
      const { id, catalogue, assetId, title, fileName, size, jobId, createdAt } = upload;
      const offset = await uploads.offsetOf(upload);
      const expiresAt = timeOrNull(uploads.expiresAt(upload));
      return {
        id,
        catalogue,
        assetId,
        title,
        fileName,
        size,
        offset,
        jobId,
        createdAt: timeOf(createdAt),
        expiresAt,
      };
    },
  );

  server.patch(
    `${UPLOADS_PATH}/:id`,
    {
      bodyLimit: Number.MAX_SAFE_INTEGER,
      config: { roles: [...roles], bodySeconds: PART_SECONDS },
      schema: {
        tags,
        operationId: 'continueUpload',
        summary: 'The next bytes of an upload',
        description: `The answer to the last bytes has the id of the job that registers the file in \`${JOB_HEADER}\`.`,
        params,
        consumes: [OFFSET_STREAM],
        headers: tusHeaders({ 'upload-offset': Count }),
        response: { 204: Empty('Upload-Offset says how far it is') },
      },
    },
    async (request, reply) => {
      const { id, jobId } = owned(request);
      if (jobId !== null) throw new ProblemError('conflict', `Upload ${id} is whole.`);
      return tus.answer(request, reply) as Promise<never>;
    },
  );

  server.delete(
    `${UPLOADS_PATH}/:id`,
    {
      config: { roles: [...roles], audit: 'upload.delete' },
      schema: {
        tags,
        operationId: 'deleteUpload',
        summary: 'Give up an upload',
        params,
        headers: tusHeaders({}),
        response: { 204: Empty('It is gone') },
      },
    },
    async (request, reply: FastifyReply) => {
      const { id, jobId } = owned(request);
      if (jobId !== null)
        throw new ProblemError('conflict', `Upload ${id} is whole, and is being registered.`);
      return tus.answer(request, reply) as Promise<never>;
    },
  );
};

/** What a request to begin an upload says of it. @throws ProblemError */
function factsOf(request: FastifyRequest, { catalogues, uploads }: UploadsRoutesOptions): UploadFacts {
  const header = request.headers['upload-metadata'];
  const said = typeof header === 'string' ? metadataOf(header) : null;
  if (!said) throw unusable('/upload-metadata', 'The header Upload-Metadata is missing or cannot be read.');
  const { catalogue, filename, title, assetId } = said;
  if (!catalogue) throw unusable('/upload-metadata/catalogue', 'Upload-Metadata names no catalogue.');
  if (!filename) throw unusable('/upload-metadata/filename', 'Upload-Metadata names no filename.');
  mustHaveCatalogue(request, catalogues, catalogue);
  const fileName = shownName(filename);
  const asset = assetId || assetFromName(catalogue, fileName).id;
  if (asset.length > MAX_ID || isUnprintable(asset))
    throw unusable(
      '/upload-metadata/assetId',
      `An asset id has at most ${MAX_ID} characters, none of them control.`,
    );
  if (title && (title.length > 1000 || isUnprintable(title)))
    throw unusable('/upload-metadata/title', 'A title has at most 1000 characters, none of them control.');
  if (request.headers['upload-length'] === '0')
    throw unusable('/upload-length', 'An empty file is no media.');
  if (uploads.countUnfinished(catalogue) >= MAX_UNFINISHED)
    throw new ProblemError(
      'conflict',
      `Catalogue ${catalogue} has ${MAX_UNFINISHED} uploads that are not whole.`,
    );
  return {
    catalogue,
    assetId: asset,
    title: title || null,
    fileName,
    createdBy: principalOf(request).user.id,
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is not taken
const isUnprintable = (text: string): boolean => /[\u0000-\u001f\u007f]/.test(text);
