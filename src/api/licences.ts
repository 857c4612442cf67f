import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { messageOf, StreamprintError } from '../domain/errors.js';
import { assetId, streamId, utcMillis } from '../domain/ids.js';
import type { Catalogues } from '../rights/catalogues.js';
import { hostPattern } from '../rights/host-pattern.js';
import type { Licence, Licences } from '../rights/licences.js';
import { CatalogueName } from './catalogues.js';
import { type Cursors, PAGE, pageOf } from './paging.js';
import { notFound, unusable } from './problem.js';
import { exactly, Name, orNull, type Resource, Text, Time, timeOf, timeOrNull } from './route.js';
import { cataloguesSeenBy, mustHaveCatalogue, seesCatalogue } from './tenancy.js';

export interface LicencesOptions {
  readonly licences: Licences;
  readonly catalogues: Catalogues;
  readonly cursors: Cursors;
}

const LicenceState = Type.Object(
  {
    id: Type.String(),
    catalogue: Type.String(),
    assetId: orNull(Type.String({ description: 'null = every asset of the catalogue' })),
    streamId: orNull(Type.String({ description: 'null = any stream' })),
    host: orNull(Type.String({ description: 'null = any host' })),
    from: orNull(Time),
    to: orNull(Time),
    note: Type.String(),
    createdAt: Time,
  },
  { $id: 'Licence' },
);

const tags = ['Licences'];
const readers = ['rights-holder', 'analyst', 'administrator'] as const;
const writers = ['rights-holder', 'administrator'] as const;
const params = exactly({ id: Name('Of the licence') });
const optionalText = (max: number, description: string) => Type.Optional(orNull(Text(max, description)));

/** The allow-list: streams and hosts that may broadcast a work. */
export const licenceRoutes: Resource<LicencesOptions> = async (server, { licences, catalogues, cursors }) => {
  const list = cursors.of('licences', Type.Object({ after: Type.String() }));

  server.get(
    '/v1/licences',
    {
      config: { roles: [...readers] },
      schema: {
        tags,
        operationId: 'listLicences',
        summary: 'Streams and hosts that may broadcast works',
        querystring: exactly({
          ...PAGE,
          catalogue: Type.Optional(Name('Of this catalogue')),
          assetId: Type.Optional(Name('Of this asset alone')),
        }),
        response: { 200: pageOf(LicenceState) },
      },
    },
    async (request) => {
      const { limit, cursor, catalogue, assetId: asset } = request.query;
      const visible = cataloguesSeenBy(request, catalogues);
      const all = licences
        .list({ ...(catalogue && { catalogue }), ...(asset && { assetId: assetId(asset) }) })
        .filter((one) => visible?.includes(one.catalogue) ?? true);
      const after = list.read(cursor)?.after;
      const found = all.filter((one) => after === undefined || keyOf(one) > after).slice(0, limit + 1);
      const { items, next } = list.page(found, limit, (one) => ({ after: keyOf(one) }));
      return { items: items.map(shown), next };
    },
  );

  const seen = (request: FastifyRequest, id: string): Licence => {
    const licence = licences.get(id);
    if (!licence || !seesCatalogue(request, catalogues, licence.catalogue)) throw notFound(`licence ${id}`);
    return licence;
  };

  server.get(
    '/v1/licences/:id',
    {
      config: { roles: [...readers] },
      schema: {
        tags,
        operationId: 'getLicence',
        summary: 'A licence',
        params,
        response: { 200: LicenceState },
      },
    },
    async (request) => shown(seen(request, request.params.id)),
  );

  server.post(
    '/v1/licences',
    {
      config: { roles: [...writers], audit: 'licence.create', creates: true },
      schema: {
        tags,
        operationId: 'createLicence',
        summary: 'Allow a stream or a host to broadcast works',
        description:
          'Names a stream, a host or both, and then both must be right. A detection that lies in the window as a whole is classified as licensed, and alerts nobody.',
        body: exactly({
          catalogue: CatalogueName,
          assetId: optionalText(200, 'null = every asset of the catalogue'),
          streamId: optionalText(200, 'null = any stream'),
          host: optionalText(300, '`live.example.org`, or `*.example.org` for all below it; null = any host'),
          from: Type.Optional(orNull(Time)),
          to: Type.Optional(orNull(Time)),
          note: Type.Optional(Type.String({ maxLength: 2000, description: 'For people' })),
        }),
        response: { 201: LicenceState },
      },
    },
    async (request, reply) => {
      const { catalogue, assetId: asset, streamId: stream, host, from, to, note = '' } = request.body;
      mustHaveCatalogue(request, catalogues, catalogue);
      if (host && hostPattern(host) === null)
        throw unusable(
          '/host',
          `"${host.slice(0, 300)}" is no host: write live.example.org or *.example.org.`,
        );
      try {
        const licence = licences.add({
          catalogue,
          assetId: asset ? assetId(asset) : null,
          streamId: stream ? streamId(stream) : null,
          host: host ?? null,
          from: from ? utcMillis(Date.parse(from)) : null,
          to: to ? utcMillis(Date.parse(to)) : null,
          note,
        });
        return reply.code(201).header('location', `/v1/licences/${licence.id}`).send(shown(licence));
      } catch (error) {
        if (!(error instanceof StreamprintError && error.code === 'SP_USAGE')) throw error;
        throw unusable(from && to ? '/to' : '/streamId', messageOf(error));
      }
    },
  );

  server.delete(
    '/v1/licences/:id',
    {
      config: { roles: [...writers], audit: 'licence.delete' },
      schema: {
        tags,
        operationId: 'deleteLicence',
        summary: 'Take a licence back',
        params,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      licences.remove(seen(request, request.params.id).id);
      return reply.code(204).send(null);
    },
  );
};

/** In the order in which they were made. */
const keyOf = ({ createdAt, id }: Licence): string => `${String(createdAt).padStart(16, '0')} ${id}`;

function shown(licence: Licence) {
  const { id, catalogue, assetId: asset, streamId: stream, host, from, to, note, createdAt } = licence;
  const window = { from: timeOrNull(from), to: timeOrNull(to) };
  return {
    id,
    catalogue,
    assetId: asset,
    streamId: stream,
    host,
    ...window,
    note,
    createdAt: timeOf(createdAt),
  };
}
