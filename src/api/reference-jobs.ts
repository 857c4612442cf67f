import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Catalogues } from '../rights/catalogues.js';
import type { ReferenceJob, ReferenceJobs } from '../rights/reference-jobs.js';
import { type Cursors, PAGE, pageOf } from './paging.js';
import { notFound } from './problem.js';
import { exactly, Name, orNull, type Resource, Time, timeOf } from './route.js';
import { cataloguesSeenBy, seesCatalogue } from './tenancy.js';

export interface ReferenceJobsOptions {
  readonly jobs: ReferenceJobs;
  readonly catalogues: Catalogues;
  readonly cursors: Cursors;
}

const State = Type.Enum(['waiting', 'running', 'done', 'failed']);

export const Job = Type.Object(
  {
    id: Type.String(),
    state: State,
    progress: Type.Number({ minimum: 0, maximum: 1 }),
    catalogue: Type.String(),
    assetId: Type.String(),
    title: orNull(Type.String()),
    source: Type.String({ description: 'Name of the file, or address without what is secret in it' }),
    referenceId: orNull(Type.String()),
    error: orNull(
      Type.Object(
        { code: Type.String(), message: Type.String() },
        { description: 'Why it failed; of a job that waits, what for' },
      ),
    ),
    notes: Type.Array(Type.String({ description: 'What could not be decoded' })),
    createdAt: Time,
    updatedAt: Time,
  },
  { $id: 'ReferenceJob' },
);

export const locationOfJob = (id: string): string => `/v1/reference-jobs/${id}`;

export function shownJob(job: ReferenceJob) {
  const { id, state, progress, catalogue, assetId, title, source, referenceId, error, notes } = job;
  const times = { createdAt: timeOf(job.createdAt), updatedAt: timeOf(job.updatedAt) };
  return { id, state, progress, catalogue, assetId, title, source, referenceId, error, notes, ...times };
}

const tags = ['References'];
const roles = ['rights-holder', 'analyst', 'administrator'] as const;

/** What is being registered, and what became of it. */
export const referenceJobRoutes: Resource<ReferenceJobsOptions> = async (
  server,
  { jobs, catalogues, cursors },
) => {
  const list = cursors.of('reference-jobs', Type.Object({ before: Type.Integer() }));

  server.get(
    '/v1/reference-jobs',
    {
      config: { roles: [...roles] },
      schema: {
        tags,
        operationId: 'listReferenceJobs',
        summary: 'What is being registered, the newest first',
        description: 'Jobs that have ended are forgotten after 30 days.',
        querystring: exactly({
          ...PAGE,
          catalogue: Type.Optional(Name('Of this catalogue')),
          assetId: Type.Optional(Name('Of this asset')),
          state: Type.Optional(State),
        }),
        response: { 200: pageOf(Job) },
      },
    },
    async (request) => {
      const { limit, cursor, ...wanted } = request.query;
      const before = list.read(cursor)?.before ?? Number.MAX_SAFE_INTEGER;
      const filter = { ...wanted, catalogues: cataloguesSeenBy(request, catalogues) };
      const found = jobs.list(filter, before, limit + 1);
      const { items, next } = list.page(found, limit, ({ number }) => ({ before: number }));
      return { items: items.map(shownJob), next };
    },
  );

  server.get(
    '/v1/reference-jobs/:id',
    {
      config: { roles: [...roles] },
      schema: {
        tags,
        operationId: 'getReferenceJob',
        summary: 'What became of something to register',
        params: exactly({ id: Name('Of the job') }),
        response: { 200: Job },
      },
    },
    async (request) => shownJob(seenJob(request, request.params.id)),
  );

  const seenJob = (request: FastifyRequest, id: string): ReferenceJob => {
    const job = jobs.get(id);
    if (!job || !seesCatalogue(request, catalogues, job.catalogue)) throw notFound(`reference job ${id}`);
    return job;
  };
};
