import { type Answer, address, call, pathOf } from './client.js';
import type { Operations } from './schema.js';
import type { Page, Side } from './types.js';

/** Items that one answer may hold. */
const PAGE = 200;
/** No list is followed further than this: what is shown has an end. */
const MAX_ITEMS = 5000;

export type SearchQuery = NonNullable<Operations['searchDetections']['query']>;

type Abort = AbortSignal | undefined;

/** All items of a list, page after page. */
async function all<T>(ask: (cursor: string | undefined) => Promise<Answer<Page<T>>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const { data } = await ask(cursor);
    items.push(...data.items);
    cursor = data.next ?? undefined;
  } while (cursor !== undefined && items.length < MAX_ITEMS);
  return items;
}

export const signIn = async (key: string) => (await call('signIn', { body: { key } })).data;
export const whoAmI = async () => (await call('getSession', {})).data;
export const signOut = () => call('signOut', {});

export const streams = (signal?: Abort) =>
  all((cursor) => call('listStreams', { query: { limit: PAGE, cursor }, signal }));
export const stream = async (id: string, signal?: Abort) =>
  (await call('getStream', { params: { id }, signal })).data;
export const framePath = (id: string) => pathOf('/v1/streams/{id}/frame', { id });

export const bars = async (query: Operations['getTimeline']['query'], signal?: Abort) =>
  (await call('getTimeline', { query, signal })).data;

export const search = async (query: SearchQuery, signal?: Abort) =>
  (await call('searchDetections', { query, signal })).data;
export const searchEverything = async (q: string, limit: number, signal?: Abort) =>
  (await call('searchEverything', { query: { q, limit }, signal })).data;
export const exportPath = '/v1/detections/export';

export const detection = (id: string, signal?: Abort) => call('getDetection', { params: { id }, signal });
export const alignment = async (id: string, signal?: Abort) =>
  (await call('getAlignment', { params: { id }, signal })).data;
export const frames = async (id: string, signal?: Abort) =>
  (await call('listFrames', { params: { id }, signal })).data;
export const framePicture = (id: string, n: number, side: Side) =>
  pathOf('/v1/detections/{id}/frames/{n}/{side}', { id, n, side });
/** @param from s from the start of the detection */
export const spectrogram = async (id: string, side: Side, from: number, length: number, signal?: Abort) =>
  (await call('getSpectrogram', { params: { id, side }, query: { from, length }, signal })).data;
export const soundPath = (id: string, from: number, length: number) =>
  address(pathOf('/v1/detections/{id}/audio/stream', { id }), { from, length });
export const facts = async (id: string, signal?: Abort) =>
  (await call('getCaptureFacts', { params: { id }, signal })).data;
export const reviews = async (id: string, signal?: Abort) =>
  (await call('listReviews', { params: { id }, signal })).data.items;
export const review = (
  id: string,
  body: Operations['reviewDetection']['body'],
  ifMatch: string | undefined,
) => call('reviewDetection', { params: { id }, body, ifMatch });

export const catalogues = (signal?: Abort) =>
  all((cursor) => call('listCatalogues', { query: { limit: PAGE, cursor }, signal }));
export const assets = async (query: Operations['listAssets']['query'], signal?: Abort) =>
  (await call('listAssets', { query, signal })).data;
export const asset = async (catalogue: string, asset: string, signal?: Abort) =>
  (await call('getAsset', { params: { catalogue, asset }, signal })).data;
export const referenceJob = async (id: string) => (await call('getReferenceJob', { params: { id } })).data;

export const startImport = async (catalogue: string, file: Blob, type: string) =>
  (await call('createImport', { query: { catalogue }, body: file, type })).data;
export const importJob = async (id: string) => (await call('getImport', { params: { id } })).data;
export const importRows = (id: string) =>
  all((cursor) =>
    call('listImportRows', { params: { id }, query: { state: 'failed', limit: PAGE, cursor } }),
  );

export const lookUpFile = async (file: File) =>
  (await call('createLookup', { query: { name: file.name }, body: file, type: MEDIA })).data;
export const lookUpUrl = async (url: string) => (await call('createLookup', { body: { url } })).data;
export const lookup = async (id: string) => (await call('getLookup', { params: { id } })).data;

/** Media of whatever kind. */
const MEDIA = 'application/octet-stream';
