import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AssetId, assetId } from '../../src/domain/ids.js';
import { wholeFacts } from '../../src/rights/asset-input.js';
import type { AssetFacts, AssetRecord } from '../../src/rights/asset-record.js';
import type { Assets } from '../../src/rights/assets.js';
import type { ReferenceJobs } from '../../src/rights/reference-jobs.js';
import { ASSET_SORTS, type AssetQuery, type AssetSearch } from '../../src/rights/search/asset-search.js';

/** A list of assets that can be searched, of one engine. Its clock is set by the tests. */
export interface SearchedAssets {
  readonly assets: Assets;
  readonly jobs: ReferenceJobs;
  readonly search: AssetSearch;
  readonly clock: { now: number };
  close(): Promise<void>;
}

const EIDR = '10.5240/7791-8534-2C23-9030-8610-5';
const WORDS = ['River', 'Élan', 'Straße', 'Night', 'Étoile', 'Córdoba'];

/** @param count of assets in two catalogues, told apart by their number */
export function fill(list: SearchedAssets, count: number, from = 0): void {
  for (let n = from; n < from + count; n++) {
    list.clock.now = 1_000_000 + 1000 * Math.floor(n / 3);
    const title = `${WORDS[n % WORDS.length]} ${WORDS[(7 * n) % 5]} ${n % 11}`;
    list.assets.create(n % 4 === 0 ? 'studio' : 'films', assetId(`work-${n}`), facts({ title }));
  }
}

const facts = (said: Partial<AssetFacts> & { title: string }): AssetFacts => wholeFacts(said);

export async function everyAsset(
  search: AssetSearch,
  query: AssetQuery,
  sort: (typeof ASSET_SORTS)[number],
  limit: number,
): Promise<AssetRecord[]> {
  const found: AssetRecord[] = [];
  for (let after: string | null = null, pages = 0; pages < 1000; pages++) {
    const page = await search.page(query, { sort, limit, after });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items);
    if (page.next === null) return found;
    after = page.next;
  }
  throw new Error('the list has no end');
}

/** What search in assets is, on each engine. */
export function assetSearchContract(name: string, open: () => Promise<SearchedAssets>): void {
  describe(`Search in assets: ${name}`, () => {
    let list: SearchedAssets;
    beforeAll(async () => {
      list = await open();
    });
    afterAll(() => list?.close());

    const all = { visible: null };
    const idsOf = async (query: Partial<AssetQuery>) =>
      (await everyAsset(list.search, { ...all, ...query }, 'id', 7)).map(({ id }) => id as string);
    const change = (catalogue: string, id: string, said: Partial<AssetFacts>) => {
      const known = list.assets.get(catalogue, id)!;
      list.assets.update(catalogue, assetId(id), known.version, said);
    };

    it('finds words of titles in all languages, of ids and of rights holders, by how they begin', async () => {
      list.clock.now = 500_000;
      const said = {
        title: 'Der Wolkenatlas',
        titles: { en: 'Cloud Atlas', ja: '東京物語 クラウド', ru: 'Облачный атлас', fr: 'Éternité' },
        eidr: EIDR,
        isrc: 'USRC17607839',
        rightsHolder: 'Ａcme Léman',
      };
      list.assets.create('films', assetId('cloud_1'), facts(said));
      list.assets.create('films', assetId('other'), facts({ title: 'Wolken' }));
      const asked = [
        ...['wolkenatl', 'CLOUD atlas', 'eternite', 'ÉTERNITÉ', 'облач', '物語', '京物', 'ﾗｳ', 'acme lem'],
        ...['cloud_1', 'usrc1760', 'atlas wolken'],
      ];
      for (const text of asked) expect([text, await idsOf({ text })]).toEqual([text, ['cloud_1']]);
      expect(await idsOf({ text: 'wolken' })).toEqual(['cloud_1', 'other']);
      expect(await idsOf({ text: ' ' })).toEqual(['cloud_1', 'other']);
      for (const text of ['atla wolkenx', 'olken', '%', '_', '*', '"', '\'" OR 1 --', '\ud800', 'NOT', ')'])
        expect([text, await idsOf({ text })]).toEqual([text, []]);
    });

    it('finds one identifier, however it is written', async () => {
      for (const identifier of [EIDR, EIDR.toLowerCase(), ' US-RC1-76-07839', 'ISRC USRC17607839', 'cloud_1'])
        expect([identifier, await idsOf({ identifier })]).toEqual([identifier, ['cloud_1']]);
      for (const identifier of ['cloud', 'CLOUD_1', `${EIDR}0`, '%'])
        expect([identifier, await idsOf({ identifier })]).toEqual([identifier, []]);
    });

    it('shows what was changed and removed, at once', async () => {
      change('films', 'other', { title: 'Nebel', titles: { en: 'Mist' } });
      expect(await idsOf({ text: 'wolken' })).toEqual(['cloud_1']);
      expect(await idsOf({ text: 'mist nebel' })).toEqual(['other']);
      change('films', 'cloud_1', { titles: {} });
      expect(await idsOf({ text: 'eternite' })).toEqual([]);
      list.assets.remove('films', assetId('cloud_1'));
      expect(await idsOf({})).toEqual(['other']);
      expect(await idsOf({ identifier: EIDR })).toEqual([]);
      list.assets.create('films', assetId('cloud_1'), facts({ title: 'Neu' }));
      expect(await idsOf({ text: 'neu' })).toEqual(['cloud_1']);
      for (const id of ['cloud_1', 'other']) list.assets.remove('films', assetId(id));
      expect(await idsOf({})).toEqual([]);
    });

    it('knows the state that each is in', async () => {
      const job = (id: string) =>
        list.jobs.add({
          ...{ catalogue: 'films', assetId: assetId(id), title: `Job ${id}`, source: 'f', url: null },
          ...{ file: 'f', createdBy: 'u1' },
        }).id;
      const stateOf = async (id: string) => {
        const states = ['no-reference', 'processing', 'ready', 'failed'] as const;
        const found = await Promise.all(
          states.map(async (state) => ((await idsOf({ state })).includes(id) ? [state] : [])),
        );
        return found.flat();
      };
      const first = job('worked');
      expect(await stateOf('worked')).toEqual(['processing']);
      list.jobs.failed(first, { code: 'SP_MEDIA', message: 'so' });
      expect(await stateOf('worked')).toEqual(['failed']);
      list.clock.now += 40 * 24 * 3_600_000;
      list.jobs.prune();
      expect(await stateOf('worked')).toEqual(['no-reference']);
      const recorded = { ...indexedOf(list.assets.get('films', 'worked')!) };
      list.assets.see({ catalogue: 'films', id: assetId('worked') }, recorded, 2);
      expect(await stateOf('worked')).toEqual(['ready']);
      list.assets.remove('films', assetId('worked'));
      expect(await stateOf('worked')).toEqual([]);
    });

    it('puts them in each order, page by page, each once', async () => {
      fill(list, 150);
      const records = await everyAsset(list.search, all, 'id', 500);
      expect(records.length).toBe(150);
      for (const sort of ASSET_SORTS) {
        const expected = [...records].sort(orderedBy(sort)).map(({ id }) => id);
        for (const limit of [1, 13, 150])
          expect((await everyAsset(list.search, all, sort, limit)).map(({ id }) => id)).toEqual(expected);
      }
      await expect(
        list.search.page(all, { sort: 'title', limit: 3, after: '["id",null,"films","work-1"]' }),
      ).rejects.toMatchObject({ code: 'SP_USAGE' });
    });

    it('holds to all that is asked at once', async () => {
      const records = await everyAsset(list.search, all, 'id', 500);
      const asked: Partial<AssetQuery>[] = [
        { catalogue: 'studio' },
        { visible: ['studio', 'none'] },
        { visible: [] },
        { visible: ['studio'], catalogue: 'films' },
        { changedSince: 1_010_000, changedUntil: 1_020_000 },
        { text: 'etoil 3', visible: ['films'] },
        { text: 'river', catalogue: 'films', changedUntil: 1_030_000, state: 'no-reference' },
        { identifier: 'work-8', catalogue: 'films' },
        { identifier: 'work-8' },
      ];
      for (const query of asked) {
        const expected = records.filter((asset) => isFound(asset, query)).map(({ id }) => id as string);
        for (const sort of ASSET_SORTS) {
          const found = await everyAsset(list.search, { ...all, ...query }, sort, 5);
          expect([query, found.map(({ id }) => id as string).sort()]).toEqual([query, expected.sort()]);
        }
      }
      expect(await idsOf({ text: 'etoil 3', visible: ['films'] })).not.toEqual([]);
    });

    it('goes on after the same place, whatever is added and removed in between', async () => {
      const first = await list.search.page(all, { sort: 'title', limit: 40, after: null });
      for (const { catalogue, id } of first.items) list.assets.remove(catalogue, id as AssetId);
      const shown = first.items.map(({ id }) => id as string);
      for (let after = first.next; after !== null; ) {
        const page = await list.search.page(all, { sort: 'title', limit: 40, after });
        shown.push(...page.items.map(({ id }) => id as string));
        after = page.next;
      }
      expect(new Set(shown).size).toBe(150);
      expect(shown.length).toBe(150);
    });
  });
}

function indexedOf(asset: AssetRecord) {
  const { catalogue, id, title, eidr, isan, isrc, rightsHolder, territories, excluded } = asset;
  const span = { validFrom: null, validTo: null };
  return { catalogue, id, title, eidr, isan, isrc, rightsHolder, territories, ...span, excluded };
}

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);

function orderedBy(sort: (typeof ASSET_SORTS)[number]) {
  return (a: AssetRecord, b: AssetRecord): number => {
    const by = sort.replace('-', '');
    const first =
      by === 'title'
        ? compare(fold(a.title), fold(b.title))
        : by === 'updatedAt'
          ? compare(a.updatedAt, b.updatedAt)
          : 0;
    return (
      (sort.startsWith('-') ? -1 : 1) * (first || compare(a.catalogue, b.catalogue) || compare(a.id, b.id))
    );
  };
}

function isFound(asset: AssetRecord, query: Partial<AssetQuery>): boolean {
  const { visible = null, catalogue, text, identifier, state, changedSince, changedUntil } = query;
  const words = fold(`${asset.id} ${asset.title}`).split(/[^a-zß0-9]+/);
  return (
    (visible === null || visible.includes(asset.catalogue)) &&
    (catalogue === undefined || asset.catalogue === catalogue) &&
    (text === undefined || text.split(' ').every((one) => words.some((word) => word.startsWith(one)))) &&
    (identifier === undefined || asset.id === identifier) &&
    (state === undefined || asset.state === state) &&
    asset.updatedAt >= (changedSince ?? 0) &&
    asset.updatedAt < (changedUntil ?? Number.POSITIVE_INFINITY)
  );
}
