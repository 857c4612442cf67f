import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { assetId } from '../domain/ids.js';
import { slug } from '../domain/slug.js';
import type { LiveKeeper } from '../live-references/live-keeper.js';
import { wholeFacts } from '../rights/asset-input.js';
import type { AssetKeeper } from '../rights/asset-keeper.js';
import { ASSET_STATES, type AssetRecord } from '../rights/asset-record.js';
import type { Assets } from '../rights/assets.js';
import type { Catalogues } from '../rights/catalogues.js';
import { AssetChanges, AssetShown, factsFrom, NewAsset, shownAsset } from './asset-schema.js';
import { mustMatch, staleError, tagOf } from './etag.js';
import { type Cursors, PAGE, pageOf } from './paging.js';
import { notFound, ProblemError, unusable } from './problem.js';
import { exactly, Name, Nothing, type Resource } from './route.js';
import { cataloguesSeenBy, seesCatalogue } from './tenancy.js';

export interface AssetsOptions {
  readonly assets: Assets;
  readonly keeper: AssetKeeper;
  readonly catalogues: Catalogues;
  readonly live: LiveKeeper;
  readonly cursors: Cursors;
}

const READERS = ['rights-holder', 'analyst', 'administrator'] as const;
const WRITERS = ['rights-holder', 'administrator'] as const;
const tags = ['Assets'];
const ROUTE = '/v1/catalogues/:catalogue/assets/:asset';
const params = exactly({ catalogue: Name('Its catalogue'), asset: Name('Its id') });

/** Works, and what is said of them. */
export const assetRoutes: Resource<AssetsOptions> = async (
  server,
  { assets, keeper, catalogues, live, cursors },
) => {
  const list = cursors.of('assets', Type.Object({ catalogue: Type.String(), id: Type.String() }));

  /** The asset of a path, with what others have just done to it. @throws 404 */
  const seen = async (
    request: FastifyRequest,
    path: { readonly catalogue: string; readonly asset: string },
  ): Promise<AssetRecord> => {
    const isSeen = seesCatalogue(request, catalogues, path.catalogue);
    const asset = isSeen ? await keeper.see(path.catalogue, assetId(path.asset)) : null;
    if (!asset) throw notFound(`asset ${path.asset} in catalogue ${path.catalogue}`);
    return asset;
  };

  server.get(
    '/v1/assets',
    {
      config: { roles: READERS },
      schema: {
        tags,
        operationId: 'listAssets',
        summary: 'Assets',
        querystring: exactly({
          ...PAGE,
          catalogue: Type.Optional(Name('Of this catalogue only')),
          q: Type.Optional(
            Type.String({
              maxLength: 200,
              description: 'Words in a title, an id, the name of the rights holder',
            }),
          ),
          state: Type.Optional(Type.Enum([...ASSET_STATES])),
        }),
        response: { 200: pageOf(AssetShown) },
      },
    },
    async (request) => {
      const { limit, cursor, catalogue, q, state } = request.query;
      const filter = { catalogues: cataloguesSeenBy(request, catalogues), catalogue, q, state };
      const found = assets.list(filter, list.read(cursor), limit + 1);
      return list.page(found.map(shownAsset), limit, ({ catalogue: of, id }) => ({ catalogue: of, id }));
    },
  );

  server.post(
    '/v1/assets',
    {
      config: { roles: WRITERS, audit: 'asset.create', creates: true },
      schema: {
        tags,
        operationId: 'createAsset',
        summary: 'A new asset; references are registered for it afterwards',
        body: NewAsset,
        response: { 201: AssetShown },
      },
    },
    async (request, reply) => {
      const { catalogue, id = slug(request.body.title), ...said } = request.body;
      if (!catalogues.get(catalogue) || !seesCatalogue(request, catalogues, catalogue))
        throw unusable('/catalogue', `There is no catalogue ${catalogue}.`);
      if (id === '') throw unusable('/id', 'Nothing of this title makes an id: say one.');
      const facts = wholeFacts({ ...factsFrom(said), title: said.title });
      await keeper.see(catalogue, assetId(id));
      const made = assets.create(catalogue, assetId(id), facts);
      const location = `/v1/catalogues/${encodeURIComponent(catalogue)}/assets/${encodeURIComponent(id)}`;
      return reply
        .code(201)
        .headers({ location, etag: tagOf(made.version) })
        .send(shownAsset(made));
    },
  );

  server.get(
    ROUTE,
    {
      config: { roles: READERS },
      schema: {
        tags,
        operationId: 'getAsset',
        summary: 'An asset',
        params,
        response: { 200: AssetShown },
      },
    },
    async (request, reply) => {
      const asset = await seen(request, request.params);
      // Its state is no part of its version, which changes are made against: it is sent each time.
      reply.header('etag', tagOf(asset.version));
      return shownAsset(asset);
    },
  );

  server.patch(
    ROUTE,
    {
      config: { roles: WRITERS, audit: 'asset.update', ifMatch: true },
      schema: {
        tags,
        operationId: 'updateAsset',
        summary: 'Change what is said of an asset',
        description: 'What is not given stays as it is. It holds for matches from now on.',
        params,
        body: AssetChanges,
        response: { 200: AssetShown },
      },
    },
    async (request, reply) => {
      const asset = await seen(request, request.params);
      mustMatch(request, tagOf(asset.version));
      const changed = await keeper.update(asset, asset.version, factsFrom(request.body));
      if (!changed) throw staleError(tagOf(asset.version + 1));
      reply.header('etag', tagOf(changed.version));
      return shownAsset(changed);
    },
  );

  server.delete(
    ROUTE,
    {
      config: { roles: WRITERS, audit: 'asset.delete', ifMatch: true },
      schema: {
        tags,
        operationId: 'deleteAsset',
        summary: 'Remove an asset with its references and licences: it never matches again',
        description: 'What was detected of it stays.',
        params,
        response: { 204: Nothing('Removed') },
      },
    },
    async (request, reply) => {
      const asset = await seen(request, request.params);
      mustMatch(request, tagOf(asset.version));
      if (live.isTaken(asset.catalogue, asset.id))
        throw new ProblemError(
          'conflict',
          `Asset ${asset.id} is a live reference, whose next part would bring it back: delete that first.`,
        );
      if ((await keeper.remove(asset, asset.version)) === null) throw staleError(tagOf(asset.version + 1));
      return reply.code(204).send(null);
    },
  );
};
