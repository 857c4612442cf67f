import { isUtf8 } from 'node:buffer';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { messageOf, StreamprintError } from '../domain/errors.js';
import type { Catalogues } from '../rights/catalogues.js';
import { MAX_IMPORT_BYTES, MAX_IMPORT_ROWS, rowsOf } from '../rights/import-rows.js';
import { type Import, type ImportFormat, type ImportRow, Imports } from '../rights/imports.js';
import { writeWhole } from '../storage/durable-files.js';
import { principalOf } from './authenticate.js';
import { CatalogueName } from './catalogues.js';
import { type Cursors, PAGE, pageOf } from './paging.js';
import { notFound, ProblemError, unusable } from './problem.js';
import { exactly, Name, orNull, type Resource, Time, timeOf } from './route.js';
import { cataloguesSeenBy, mustHaveCatalogue, seesCatalogue } from './tenancy.js';

export interface ImportsOptions {
  readonly imports: Imports;
  /** Folder of the tables, by the ids of their imports. */
  readonly importFolder: string;
  /** Told that there is a new one. */
  readonly onImport: () => void;
  readonly catalogues: Catalogues;
  readonly cursors: Cursors;
}

const FORMATS: Readonly<Record<string, ImportFormat>> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'jsonl',
  'application/jsonl': 'jsonl',
};
const BODY_SECONDS = 600;

const ImportShown = Type.Object(
  {
    id: Type.String(),
    catalogue: Type.String(),
    format: Type.Enum(['csv', 'jsonl']),
    state: Type.Enum(['waiting', 'running', 'done', 'failed'], {
      description: '`running` also while media of its rows are being fetched',
    }),
    rows: Type.Integer({ description: 'How many it has' }),
    done: Type.Integer({ description: 'Rows that went in' }),
    failed: Type.Integer({ description: 'Rows that did not: see its rows' }),
    error: orNull(Type.String({ description: 'Why it could not go on' })),
    createdAt: Time,
    updatedAt: Time,
  },
  { $id: 'Import' },
);

const RowState = Type.Enum(['running', 'done', 'failed']);
const FieldProblem = Type.Object({
  pointer: Type.String({ description: 'To the column of a CSV table, to the field of a line of JSON' }),
  detail: Type.String(),
});
const RowShown = Type.Object(
  {
    row: Type.Integer({ description: 'The line, as an editor counts' }),
    state: RowState,
    assetId: orNull(Type.String()),
    error: orNull(FieldProblem),
    errors: Type.Array(FieldProblem, { description: 'All that is wrong with it' }),
    jobId: orNull(Type.String({ description: 'Of the reference job that fetches its media' })),
  },
  { $id: 'ImportRow' },
);

const tags = ['Imports'];
const roles = ['rights-holder', 'administrator'] as const;
const params = exactly({ id: Name('Of the import') });

/** Tables of assets: good rows go in, bad rows say what is wrong with which field. */
export const importRoutes: Resource<ImportsOptions> = async (server, options) => {
  const { imports, catalogues, cursors } = options;
  const list = cursors.of('imports', Type.Object({ before: Type.Integer() }));
  const rowList = cursors.of('import-rows', Type.Object({ after: Type.Integer() }));
  server.addContentTypeParser(Object.keys(FORMATS), { parseAs: 'buffer' }, (_, body, done) =>
    done(null, body),
  );

  const seen = (request: FastifyRequest, id: string): Import => {
    const found = imports.get(id);
    if (!found || !seesCatalogue(request, catalogues, found.catalogue)) throw notFound(`import ${id}`);
    return found;
  };

  server.post(
    '/v1/imports',
    {
      bodyLimit: MAX_IMPORT_BYTES,
      config: { roles, audit: 'import.create', creates: true, bodySeconds: BODY_SECONDS },
      schema: {
        tags,
        operationId: 'createImport',
        summary: 'Take in a table of assets, as CSV or JSON lines',
        description: `Columns and fields are described in docs/api-references.md. At most ${MAX_IMPORT_ROWS} rows.`,
        querystring: exactly({ catalogue: CatalogueName }),
        consumes: Object.keys(FORMATS),
        response: { 202: ImportShown },
      },
    },
    async (request, reply) => {
      const { catalogue } = request.query;
      mustHaveCatalogue(request, catalogues, catalogue);
      const format = FORMATS[request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? ''];
      const { body } = request as { body: unknown };
      if (!format || !(body instanceof Buffer))
        throw new ProblemError('unsupported-media-type', 'Send text/csv or application/x-ndjson.');
      if (!isUtf8(body)) throw unusable('', 'The table is not UTF-8.');
      const id = Imports.newId();
      const file = path.join(options.importFolder, id);
      writeWhole(file, [body]);
      try {
        const rows = await countRows(file, format);
        const made = imports.add({ id, catalogue, format, rows, createdBy: principalOf(request).user.id });
        options.onImport();
        return reply.code(202).header('location', `/v1/imports/${id}`).send(shown(made));
      } catch (error) {
        await fs.rm(file, { force: true });
        throw error;
      }
    },
  );

  server.get(
    '/v1/imports',
    {
      config: { roles },
      schema: {
        tags,
        operationId: 'listImports',
        summary: 'Imports, the newest first',
        description: 'Those that have ended are forgotten after 30 days.',
        querystring: exactly(PAGE),
        response: { 200: pageOf(ImportShown) },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const before = list.read(cursor)?.before ?? Number.MAX_SAFE_INTEGER;
      const found = imports.list(cataloguesSeenBy(request, catalogues), before, limit + 1);
      const { items, next } = list.page(found, limit, ({ number }) => ({ before: number }));
      return { items: items.map(shown), next };
    },
  );

  server.get(
    '/v1/imports/:id',
    {
      config: { roles },
      schema: {
        tags,
        operationId: 'getImport',
        summary: 'How far an import is',
        params,
        response: { 200: ImportShown },
      },
    },
    async (request) => shown(seen(request, request.params.id)),
  );

  server.get(
    '/v1/imports/:id/rows',
    {
      config: { roles },
      schema: {
        tags,
        operationId: 'listImportRows',
        summary: 'What became of the rows of an import',
        params,
        querystring: exactly({ ...PAGE, state: Type.Optional(RowState) }),
        response: { 200: pageOf(RowShown) },
      },
    },
    async (request) => {
      const { limit, cursor, state = null } = request.query;
      const { id } = seen(request, request.params.id);
      const found = imports.rows(id, state, rowList.read(cursor)?.after ?? 0, limit + 1);
      return rowList.page(found.map(shownRow), limit, ({ row }) => ({ after: row }));
    },
  );
};

/** @throws ProblemError when the table as a whole is none */
async function countRows(file: string, format: ImportFormat): Promise<number> {
  let rows = 0;
  try {
    for await (const _ of rowsOf(file, format)) rows++;
  } catch (error) {
    if (error instanceof StreamprintError && error.code === 'SP_CSV') throw unusable('', messageOf(error));
    throw error;
  }
  if (rows === 0) throw unusable('', 'The table has no rows.');
  return rows;
}

function shown({ number: _, createdBy: __, createdAt, updatedAt, ...rest }: Import) {
  return { ...rest, createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) };
}

function shownRow({ row, state, assetId, errors, jobId }: ImportRow) {
  return { row, state, assetId, error: errors[0] ?? null, errors: [...errors], jobId };
}
