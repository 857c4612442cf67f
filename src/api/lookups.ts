import Type, { type Static } from 'typebox';
import { checkPublicUrl, type InternalCheck } from '../capture/index.js';
import { messageOf } from '../domain/errors.js';
import type { Match } from '../domain/match.js';
import { type ClipLookups, MAX_CLIP_BYTES } from '../lookup/clip-lookups.js';
import { type Lookup, MOST_WAITING, type SeenClip } from '../lookup/lookup-store.js';
import { confidence, rarity } from '../report/words.js';
import type { CatalogueOwners } from '../rights/catalogue-owners.js';
import { principalOf } from './authenticate.js';
import { Interval } from './detections/detection-item.js';
import { ClipBodies, clipOrChecked, FORM_TYPE, MAX_NAME, MEDIA_TYPES, UploadedClip } from './lookup-clip.js';
import { notFound, ProblemError, unusable } from './problem.js';
import { exactly, orNull, type Resource, Text, Time, timeOf, timeOrNull } from './route.js';
import { cataloguesSeenBy, tenantSeenBy } from './tenancy.js';

export interface LookupsOptions {
  readonly lookups: ClipLookups;
  readonly catalogues: CatalogueOwners;
  readonly isInternal: InternalCheck;
}

/** An upload may take so long, s. */
const UPLOAD_SECONDS = 900;

const How = {
  modality: Type.Enum(['video', 'audio', 'both']),
  speed: Type.Number(),
  mirrored: Type.Boolean(),
  score: Type.Number({ minimum: 0, maximum: 1 }),
  expectedFalsePerDay: Type.Number(),
  words: Type.Object({ confidence: Type.String(), rarity: Type.String() }),
};

const LookupItem = Type.Object(
  {
    id: Type.String(),
    state: Type.Enum(['waiting', 'running', 'done', 'failed']),
    name: Type.String(),
    createdAt: Time,
    endedAt: orNull(Time),
    error: orNull(Type.Object({ code: Type.String(), detail: Type.String() })),
    duration: orNull(Type.Number({ description: 'Of the clip, s' })),
    matches: Type.Array(
      Type.Object({
        catalogue: Type.String(),
        assetId: Type.String(),
        title: Type.String(),
        referenceId: Type.String(),
        clip: Interval,
        reference: Interval,
        ...How,
      }),
      { description: 'What of the catalogue is in it' },
    ),
    streams: Type.Array(
      Type.Object({
        stream: Type.Object({ id: Type.String(), name: Type.String(), url: Type.String() }),
        start: Time,
        end: Time,
        clip: Interval,
        ...How,
      }),
      { description: 'On which streams it ran, as far as their past is kept' },
    ),
    notes: Type.Array(Type.String(), { description: 'Why something may have been missed' }),
  },
  { $id: 'Lookup' },
);

const ByUrl = exactly({
  url: Type.String({ minLength: 1, maxLength: 4096, description: 'Of a media file' }),
});

const ClipForm = exactly({
  file: Type.String({ format: 'binary', description: 'The media' }),
  name: Type.Optional(Text(MAX_NAME, 'What the clip is to be called; else what the file is called')),
});

/** Look-up of a clip: where it occurs in the catalogue, and on which streams it ran. */
export const lookupRoutes: Resource<LookupsOptions> = async (server, { lookups, catalogues, isInternal }) => {
  const bodies = new ClipBodies(lookups.folder, MAX_CLIP_BYTES);
  bodies.takeMedia(server);
  const tags = ['Look-up'];
  const roles = ['rights-holder', 'analyst', 'administrator'] as const;

  server.post(
    '/v1/lookups',
    {
      bodyLimit: MAX_CLIP_BYTES,
      validatorCompiler: clipOrChecked,
      config: { roles, audit: 'lookup.create', creates: true, bodySeconds: UPLOAD_SECONDS },
      schema: {
        tags,
        operationId: 'createLookup',
        summary: 'Look a clip up: its media, or its address',
        description: `The body is the media, of type ${MEDIA_TYPES.join(', ')}; or a form with the media in its field \`file\`; or JSON with an address outside of this network. Of clips longer than 15 minutes the beginning is looked up.`,
        consumes: MEDIA_TYPES,
        forms: { [FORM_TYPE]: ClipForm },
        body: ByUrl,
        querystring: exactly({ name: Type.Optional(Text(MAX_NAME, 'What the clip is to be called')) }),
        response: { 202: LookupItem },
      },
    },
    async (request, reply) => {
      const tenant = tenantSeenBy(principalOf(request));
      if (lookups.store.waitingOf(tenant) >= MOST_WAITING)
        throw new ProblemError('rate-limited', `${MOST_WAITING} clips are waiting already.`, {
          retryAfter: 30,
        });
      const file = bodies.adopt(request);
      const url = file === null ? checkedUrl(request.body.url, isInternal) : null;
      const body: unknown = request.body;
      const said = body instanceof UploadedClip ? body.name : null;
      const name = request.query.name ?? said ?? nameOf(url);
      const lookup = lookups.add({ tenant, name, url, file });
      return reply.code(202).header('location', `/v1/lookups/${lookup.id}`).send(shown(lookup, null));
    },
  );

  server.get(
    '/v1/lookups/:id',
    {
      config: { roles },
      schema: {
        tags,
        operationId: 'getLookup',
        summary: 'What was found; kept for a week',
        params: exactly({ id: Type.String({ pattern: '^[0-9a-f-]{36}$' }) }),
        response: { 200: LookupItem },
      },
    },
    async (request) => {
      const { id } = request.params;
      const lookup = lookups.store.get(id);
      const tenant = tenantSeenBy(principalOf(request));
      if (!lookup || (tenant !== null && lookup.tenant !== tenant)) throw notFound(`look-up ${id}`);
      return shown(lookup, cataloguesSeenBy(request, catalogues));
    },
  );
};

/** @throws ProblemError 422 for an address that must not be fetched */
function checkedUrl(url: string, isInternal: InternalCheck): string {
  try {
    checkPublicUrl(url, isInternal);
  } catch (error) {
    throw unusable('/url', messageOf(error));
  }
  return url;
}

function nameOf(url: string | null): string {
  if (url === null) return 'clip';
  return (new URL(url).pathname.split('/').findLast((part) => part !== '') ?? 'clip').slice(0, 300);
}

/** @param visible catalogues that the asker may see; null = all */
function shown(
  { id, state, name, createdAt, endedAt, error, result }: Lookup,
  visible: readonly string[] | null,
): Static<typeof LookupItem> {
  return {
    id,
    state,
    name,
    createdAt: timeOf(createdAt),
    endedAt: timeOrNull(endedAt),
    error: error && { code: error.code, detail: error.message },
    duration: result?.duration ?? null,
    matches: (result?.matches ?? [])
      .filter(({ catalogue }) => visible === null || visible.includes(catalogue))
      .map(matchItem),
    streams: (result?.streams ?? []).map(streamItem),
    notes: [...(result?.notes ?? [])],
  };
}

function matchItem(match: Match) {
  const { catalogue, assetId, title, referenceId, stream, reference } = match;
  return {
    catalogue,
    assetId,
    title,
    referenceId,
    clip: { ...stream },
    reference: { ...reference },
    ...how(match),
  };
}

function streamItem({ stream, start, end, match }: SeenClip) {
  return {
    stream: { ...stream },
    start: timeOf(start),
    end: timeOf(end),
    clip: { ...match.reference },
    ...how(match),
  };
}

function how(match: Match) {
  const { modality, speed, mirrored, score, expectedFalsePerDay } = match;
  const words = { confidence: confidence(match), rarity: rarity(match) };
  return { modality, speed, mirrored, score, expectedFalsePerDay, words };
}
