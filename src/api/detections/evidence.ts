import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { SAMPLE_RATE } from '../../../fingerprints/units.js';
import type { DetectionStore } from '../../detections/detection-store.js';
import type { DetectionSearch } from '../../detections/search/detection-search.js';
import type { Detection } from '../../domain/match.js';
import {
  alignmentOf,
  constellationOf,
  type Excerpts,
  Frames,
  MOST_COMPARED,
  type StreamMedia,
  wavOf,
} from '../../evidence/index.js';
import type { ReferenceIndex } from '../../reference-index/reference-index.js';
import type { CatalogueOwners } from '../../rights/catalogue-owners.js';
import { ProblemError, unusable } from '../problem.js';
import { exactly, Media, type Resource } from '../route.js';
import { DetectionPath, mustFind } from './detection.js';
import { alignmentItem, factsItem, framesItem, spectrogramItem } from './evidence-items.js';
import {
  AlignmentItem,
  FactsItem,
  FramePath,
  FramesItem,
  SidePath,
  SpectrogramItem,
} from './evidence-schema.js';

export interface EvidenceOptions {
  /** The data directory: the past of streams is there. */
  readonly data: string;
  readonly search: DetectionSearch;
  readonly catalogues: CatalogueOwners;
  readonly registered: ReferenceIndex;
  readonly store: Pick<DetectionStore, 'still' | 'coverage'>;
  readonly media: StreamMedia;
  readonly excerpts: Excerpts;
}

/** Sound and spectrograms are of so much at once, s. */
const EXCERPT = 20;
const LONGEST_EXCERPT = 30;

/** No detection lasts longer than a year, s: beyond, sums of times lose their last digits. */
const fromStart = Type.Number({
  minimum: 0,
  maximum: 366 * 24 * 3600,
  default: 0,
  description: 's from the start of the detection',
});

const ofExcerpt = exactly({
  from: fromStart,
  length: Type.Number({ minimum: 1, maximum: LONGEST_EXCERPT, default: EXCERPT, description: 's' }),
});

/** What convinces: how both sides agree, second by second; their pictures, their sound; where it came from. */
export const evidenceRoutes: Resource<EvidenceOptions> = async (server, options) => {
  const { data, search, catalogues, registered: index, store, media, excerpts } = options;
  const frames = new Frames({ store, index, excerpts });
  const detectionOf = async (request: FastifyRequest, id: string): Promise<Detection> =>
    (await mustFind(request, search, catalogues, id)).detection;
  const roles = ['rights-holder', 'analyst', 'administrator'] as const;
  const tags = ['Evidence'];

  server.get(
    '/v1/detections/:id/alignment',
    {
      config: { roles },
      schema: {
        tags,
        operationId: 'getAlignment',
        summary: 'How stream and reference agree, second by second',
        description: `Compared anew from what is kept of the stream. At most ${MOST_COMPARED} s at once.`,
        params: DetectionPath,
        querystring: exactly({
          from: fromStart,
          to: Type.Optional(Type.Number({ minimum: 0, description: 'Without it the end' })),
        }),
        response: { 200: AlignmentItem },
      },
    },
    async (request) => {
      const detection = await detectionOf(request, request.params.id);
      const { from, to = lengthOf(detection) } = request.query;
      const end = Math.min(to, lengthOf(detection), from + MOST_COMPARED);
      if (to < from) throw unusable('/to', '`to` must not lie before `from`.');
      const alignment = await alignmentOf({ data, index }, detection, from, Math.max(from, end));
      return alignmentItem(detection, alignment);
    },
  );

  server.get(
    '/v1/detections/:id/frames',
    {
      config: { roles },
      schema: {
        tags,
        operationId: 'listFrames',
        summary: 'Pairs of pictures: of the stream, and of the reference at the same place',
        description: 'Asks the probe for the media of the stream, if they are not here yet.',
        params: DetectionPath,
        response: { 200: FramesItem },
      },
    },
    async (request) => {
      const detection = await detectionOf(request, request.params.id);
      const [pairs, state] = [await frames.pairs(detection), await media.of(detection)];
      const placed = state.card ? await excerpts.places(detection) : null;
      return framesItem(detection, pairs, state, placed?.some(({ isSure }) => isSure) ?? null);
    },
  );

  server.get(
    '/v1/detections/:id/frames/:n/:side',
    {
      config: { roles, audit: 'evidence.frame' },
      schema: {
        tags,
        operationId: 'getFrame',
        summary: 'One picture of a pair (JPEG)',
        params: FramePath,
        response: { 200: Media('image/jpeg') },
      },
    },
    async (request, reply) => {
      const { id, n, side } = request.params;
      const detection = await detectionOf(request, id);
      const frame = await frames.frame(detection, n, side);
      if (frame.reason !== null) throw new ProblemError('not-found', frame.reason);
      return reply
        .type('image/jpeg')
        .header('cache-control', 'private, max-age=300')
        .send(Buffer.from(frame.value));
    },
  );

  server.get(
    '/v1/detections/:id/audio/:side',
    {
      config: { roles, audit: 'evidence.audio' },
      schema: {
        tags,
        operationId: 'getAudio',
        summary: 'Some seconds of the sound of one side (WAV)',
        description: 'Of references only fingerprints are kept: their sound cannot be played.',
        params: SidePath,
        querystring: ofExcerpt,
        response: { 200: Media('audio/wav') },
      },
    },
    async (request, reply) => {
      const { id, side } = request.params;
      const { from, length } = request.query;
      const detection = await detectionOf(request, id);
      if (side === 'reference') throw new ProblemError('not-found', NO_REFERENCE_SOUND);
      const sound = await excerpts.sound(detection, from, from + length);
      if (sound.reason !== null) throw new ProblemError('not-found', sound.reason);
      return reply
        .type('audio/wav')
        .header('cache-control', 'private, max-age=300')
        .send(wavOf(sound.value, SAMPLE_RATE));
    },
  );

  server.get(
    '/v1/detections/:id/spectrogram/:side',
    {
      config: { roles, audit: 'evidence.spectrogram' },
      schema: {
        tags,
        operationId: 'getSpectrogram',
        summary:
          'Peaks of the sound of one side, the landmarks that agree, and the spectrogram where there are media',
        params: SidePath,
        querystring: ofExcerpt,
        response: { 200: SpectrogramItem },
      },
    },
    async (request) => {
      const { id, side } = request.params;
      const { from, length } = request.query;
      const detection = await detectionOf(request, id);
      const both = await constellationOf({ data, index }, detection, from, from + length);
      const sound =
        side === 'stream'
          ? await excerpts.sound(detection, from, from + length)
          : { reason: 'Of the reference only its fingerprint is kept.' };
      return spectrogramItem(detection, side, both, from, from + length, sound);
    },
  );

  server.get(
    '/v1/detections/:id/facts',
    {
      config: { roles, audit: 'evidence.facts' },
      schema: {
        tags,
        operationId: 'getCaptureFacts',
        summary: 'Where the bytes came from, and what was captured',
        params: DetectionPath,
        response: { 200: FactsItem },
      },
    },
    async (request) => {
      const found = await mustFind(request, search, catalogues, request.params.id);
      const state = await media.of(found.detection);
      return factsItem(found, store.coverage(found.detection.stream.id), state);
    },
  );
};

const NO_REFERENCE_SOUND =
  'Of the reference only its fingerprint is kept, from which no sound can be made: see its peaks in the spectrogram.';

const lengthOf = ({ time }: Detection): number => (time.end - time.start) / 1000;
