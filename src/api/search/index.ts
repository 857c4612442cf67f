import type { FastifyRequest } from 'fastify';
import Type, { type TSchema } from 'typebox';
import { hasRole } from '../../access/roles.js';
import type { DetectionSearch, FoundDetection } from '../../detections/search/detection-search.js';
import { detectionId } from '../../domain/ids.js';
import type { AssetRecord } from '../../rights/asset-record.js';
import type { CatalogueOwners } from '../../rights/catalogue-owners.js';
import type { AssetPage, AssetQuery, AssetSearch } from '../../rights/search/asset-search.js';
import type { FoundStreams, StreamQuery } from '../../service/stream-list.js';
import { AssetShown, shownAsset } from '../asset-schema.js';
import { principalOf } from '../authenticate.js';
import { queryOf } from '../detections/detection-filter.js';
import { type Classify, classified, DetectionItem, itemOf } from '../detections/detection-item.js';
import { exactly, orNull, type Resource } from '../route.js';
import { type StreamFilter, streamQueryOf } from '../stream-filter.js';
import { Stream, type StreamsOptions, shownStream } from '../streams.js';
import { cataloguesSeenBy } from '../tenancy.js';
import {
  type DetectionFilter,
  detectionIn,
  hostOfAddress,
  identifierIn,
  listOf,
  READINGS,
  type Reading,
  readingsOf,
} from './readings.js';

export interface SearchBoxOptions extends Pick<StreamsOptions, 'board' | 'timelines'> {
  readonly search: DetectionSearch;
  readonly classify: Classify;
  readonly assetSearch: AssetSearch;
  readonly catalogues: CatalogueOwners;
}

/** What is counted of assets, at most. */
const MAX_COUNTED = 100;
/** Assets or streams that detections are looked for by, where a text names several. */
const MAX_NAMED = 50;

const group = <T extends TSchema>(item: T) => ({
  items: Type.Array(item, { description: 'The first of them, as many as `limit`' }),
  total: Type.Integer({ minimum: 0 }),
  totalIsExact: Type.Boolean({ description: 'false = there are so many at least' }),
  list: orNull(
    Type.String({ description: 'Where all of them are listed; null = it is this one, or there is none' }),
  ),
});

const Detections = Type.Object({
  ...group(DetectionItem),
  as: Type.Enum([...READINGS], { description: 'What the text was taken for' }),
});
const Everything = Type.Object(
  {
    detections: Detections,
    assets: Type.Object(group(AssetShown)),
    streams: orNull(
      Type.Object(group(Stream), { description: 'null for those who only hold rights, as streams are' }),
    ),
  },
  { $id: 'FoundEverything' },
);

/** `GET /v1/search`: one box for whatever is known. It asks the lists, and shows the beginning of each. */
export const searchBoxRoutes: Resource<SearchBoxOptions> = async (server, options) => {
  server.get(
    '/v1/search',
    {
      config: { roles: ['rights-holder', 'analyst', 'administrator'] },
      schema: {
        tags: ['Search'],
        operationId: 'searchEverything',
        summary: 'Detections, assets and streams that a text may mean',
        description:
          'The text is an id of a detection, an asset or a stream, an EIDR, ISAN or ISRC, a host, an IP address, a ' +
          'network (`AS64500`), the address of a stream, the name of a catalogue, or words of titles and names. ' +
          'Detections are those of the first of these that finds any.',
        querystring: exactly({
          q: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', description: 'What is looked for' }),
          limit: Type.Integer({
            minimum: 1,
            maximum: 50,
            default: 5,
            description: 'Items of each group, at most',
          }),
        }),
        response: { 200: Everything },
      },
    },
    async (request) => {
      const { q, limit } = request.query;
      const box = new SearchBox(options, cataloguesSeenBy(request, options.catalogues), limit, q.trim());
      const [detections, assets, streams] = await Promise.all([
        box.detections(),
        box.assets(),
        seesStreams(request) ? box.streams() : null,
      ]);
      return { detections, assets, streams };
    },
  );
};

function seesStreams(request: FastifyRequest): boolean {
  const principal = principalOf(request);
  return hasRole(principal, 'analyst') || hasRole(principal, 'administrator');
}

const nameOf = ({ catalogue, id }: AssetRecord): string => JSON.stringify([catalogue, id]);

const ofAssets = (assets: readonly AssetRecord[]): DetectionFilter => ({
  asset: [...new Set(assets.map(({ id }) => id as string))],
  catalogue: [...new Set(assets.map(({ catalogue }) => catalogue))],
});

/** One search. */
class SearchBox {
  #exact: Promise<AssetPage> | null = null;

  /** @param visible catalogues that the asker may see; null = all */
  constructor(
    private readonly options: SearchBoxOptions,
    private readonly visible: readonly string[] | null,
    private readonly limit: number,
    private readonly text: string,
  ) {}

  async detections() {
    const id = detectionIn(this.text);
    const one = id === null ? null : await this.options.search.get(this.visible, detectionId(id));
    if (one)
      return {
        items: this.#shown([one]),
        ...{ total: 1, totalIsExact: true, list: null, as: 'detection' as const },
      };
    let none: Awaited<ReturnType<SearchBox['read']>> | null = null;
    for (const reading of await this.#readings()) {
      const found = await this.read(reading);
      if (found.total > 0 || !found.totalIsExact) return found;
      // What has a form of its own is that, even where there is none; a name may as well be a word.
      if (none === null || (none.as === 'stream' && reading.as === 'words')) none = found;
    }
    return none!;
  }

  /** The detections that one reading finds. */
  async read({ as, filter }: Reading) {
    const { search } = this.options;
    const query = queryOf(filter, this.visible);
    const [{ items }, { count, isExact }] = await Promise.all([
      search.page(query, { sort: '-start', limit: this.limit, after: null }),
      search.total(query),
    ]);
    const list = listOf('/v1/detections', filter);
    return { items: this.#shown(items), total: count, totalIsExact: isExact, list, as };
  }

  /** Those with just this id or identifier, then those that have the words; else those of a catalogue of this name. */
  async assets() {
    const { text } = this;
    const exact = await this.#withIdentifier();
    const isForm = identifierIn(text) !== null && exact.items.length > 0;
    if (isForm) return this.#assetGroup(exact, { identifier: text });
    const words = await this.#assetsThat({ text }, MAX_COUNTED);
    if (words.items.length > 0 || words.next !== null) {
      const isFirst = new Set(exact.items.map(nameOf));
      const items = [...exact.items, ...words.items.filter((one) => !isFirst.has(nameOf(one)))];
      return this.#assetGroup({ ...words, items }, { q: text });
    }
    const inCatalogue = await this.#assetsThat({ catalogue: text }, MAX_COUNTED);
    if (inCatalogue.items.length > 0) return this.#assetGroup(inCatalogue, { catalogue: text });
    return exact.items.length > 0
      ? this.#assetGroup(exact, { identifier: text })
      : this.#assetGroup(words, { q: text });
  }

  async streams() {
    const { text } = this;
    const host = hostOfAddress(text);
    const sent = readingsOf(text).flatMap(({ filter: { ip, asn } }): StreamFilter[] =>
      ip ? [{ ip }] : asn ? [{ asn }] : [],
    );
    const words: StreamFilter = { q: text };
    const others = [...(host === null ? [] : [{ host: [host] }]), ...sent];
    let found = { filter: words, ...(await this.#streamsThat(words)) };
    for (const filter of others) {
      if (found.total > 0) break;
      const more = await this.#streamsThat(filter);
      if (more.total > 0) found = { filter, ...more };
    }
    return {
      items: found.items.map((one) => shownStream(one, this.visible)),
      ...{ total: found.total, totalIsExact: true, list: listOf('/v1/streams', found.filter) },
    };
  }

  /** What names an asset or a stream otherwise than by its id comes first. */
  async #readings(): Promise<Reading[]> {
    const { text } = this;
    const named = identifierIn(text) === null ? [] : (await this.#withIdentifier()).items;
    const { items: streams } =
      hostOfAddress(text) === null ? { items: [] } : this.#streams({ url: text }, MAX_NAMED);
    const ids = streams.map(({ stream }) => stream.id);
    return [
      ...(named.length > 0 ? [{ as: 'identifier', filter: ofAssets(named) } as const] : []),
      ...(ids.length > 0 ? [{ as: 'url', filter: { stream: ids } } as const] : []),
      ...readingsOf(text),
    ];
  }

  /** Assets with just this id or identifier, asked for once. */
  #withIdentifier(): Promise<AssetPage> {
    this.#exact ??= this.#assetsThat({ identifier: this.text }, MAX_NAMED);
    return this.#exact;
  }

  async #streamsThat(filter: StreamFilter): Promise<FoundStreams> {
    return this.#streams(await streamQueryOf(filter, this.options.timelines), this.limit);
  }

  #streams(query: StreamQuery, limit: number): FoundStreams {
    return this.options.board.search(query, { sort: 'name', limit, after: null });
  }

  #assetsThat(query: Omit<AssetQuery, 'visible'>, limit: number): Promise<AssetPage> {
    return this.options.assetSearch.page(
      { visible: this.visible, ...query },
      { sort: 'id', limit, after: null },
    );
  }

  #assetGroup({ items, next }: AssetPage, filter: Readonly<Record<string, string>>) {
    return {
      items: items.slice(0, this.limit).map(shownAsset),
      ...{ total: items.length, totalIsExact: next === null, list: listOf('/v1/assets', filter) },
    };
  }

  #shown(found: readonly FoundDetection[]) {
    return classified(found, this.options.classify).map(([one, classification]) =>
      itemOf(one, classification),
    );
  }
}
