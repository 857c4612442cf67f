import { DetectionStore } from '../../src/detections/detection-store.js';
import { assetId } from '../../src/domain/ids.js';
import { openEmbeddedIndexWriter } from '../../src/reference-index/embedded/index.js';
import { referenceIdOf } from '../../src/reference-index/reference-id.js';
import { registrationOf, syntheticFingerprint } from '../reference-index/synthetic.js';
import { detection } from '../support/detection.js';
import type { TestService } from '../support/service.js';

/** What a tenant has, by the route that shows one of it. */
export type Things = ReadonlyMap<string, Readonly<Record<string, string>>>;

const catalogueOf = (tenant: string): string => `${tenant}-films`;
const registrationFor = (tenant: string) =>
  registrationOf(syntheticFingerprint(tenant.length, { seconds: 20, tracks: 1 }), {
    bytes: tenant,
    asset: 'registered',
    catalogue: catalogueOf(tenant),
  });
const detectionFor = new Map(
  ['default', 'studio'].map((tenant) => [
    tenant,
    detection({ catalogue: catalogueOf(tenant), assetId: assetId('registered') }),
  ]),
);

/** Puts into a data directory what only workers and commands do, before the service starts. */
export async function prepare(data: string, tenants: readonly string[]): Promise<void> {
  const index = await openEmbeddedIndexWriter(data);
  await index.register(tenants.map(registrationFor));
  await index.close();
  const store = DetectionStore.openWriter(data);
  for (const tenant of tenants) {
    const one = detectionFor.get(tenant)!;
    store.saveStream(one.stream);
    store.save(one.stream.id, { detections: [one] });
  }
  store.close();
}

/** Makes one of everything for a tenant, over the API. */
export async function thingsOf(service: TestService, tenant: string): Promise<Things> {
  const holder = `${tenant}:rights-holder`;
  const catalogue = catalogueOf(tenant);
  const make = async (route: string, json: object) => {
    const answer = await service.request('POST', route, { as: holder, json });
    if (answer.status >= 300) throw new Error(`${route} answered ${answer.text}`);
    return answer.json;
  };
  service.key(holder);
  // It was adopted for the default tenant, since it was registered without the service.
  const given = await service.request('PATCH', `/v1/catalogues/${catalogue}`, {
    as: 'administrator',
    json: { tenant },
    headers: { 'if-match': '*' },
  });
  if (given.status !== 200) throw new Error(given.text);
  await make('/v1/assets', { catalogue, id: 'asset', title: 'Asset' });
  const licence = await make('/v1/licences', { catalogue, host: 'live.example.org' });
  const rule = await make('/v1/alerts/rules', { name: 'rule', catalogue });
  const live = { catalogue, assetId: 'live', title: 'Live', url: 'https://live.example.org/a.m3u8' };
  await make('/v1/live-references', live);
  const job = await make('/v1/references', {
    catalogue,
    assetId: 'fetched',
    url: 'https://media.invalid/a.mp4',
  });
  const lookup = await make('/v1/lookups', { url: 'https://media.invalid/clip.mp4' });
  const table = await service.request('POST', `/v1/imports?catalogue=${catalogue}`, {
    as: holder,
    body: 'asset_id,title\nimported,Imported\n',
    headers: { 'content-type': 'text/csv' },
  });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const upload = await service.request('POST', '/v1/uploads', {
    as: holder,
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': '1000',
      'upload-metadata': `filename ${base64('a.mp4')},catalogue ${base64(catalogue)}`,
    },
  });
  const me = (await service.request('GET', '/v1/session', { as: holder })).json.user.id as string;
  const key = await make(`/v1/users/${me}/keys`, { name: 'mine' });
  const { asset, fingerprintId } = registrationFor(tenant);
  return new Map<string, Record<string, string>>([
    ['/v1/users/:user', { user: me, key: key.id }],
    ['/v1/catalogues/:catalogue', { catalogue, asset: 'asset' }],
    ['/v1/detections/:id', { id: detectionFor.get(tenant)!.id, n: '0', side: 'stream' }],
    ['/v1/references/:id', { id: referenceIdOf(catalogue, asset.id, fingerprintId) }],
    ['/v1/reference-jobs/:id', { id: job.id }],
    ['/v1/imports/:id', { id: table.json.id }],
    ['/v1/uploads/:id', { id: upload.headers.get('location')!.split('/').at(-1)! }],
    ['/v1/licences/:id', { id: licence.id }],
    ['/v1/live-references/:catalogue/:asset', { catalogue, asset: 'live' }],
    ['/v1/lookups/:id', { id: lookup.id }],
    ['/v1/alerts/rules/:id', { id: rule.id }],
  ]);
}

/** The address of one tenant's thing; null = it is of no tenant. */
export function addressOf(url: string, things: Things): string | null {
  for (const [route, values] of things)
    if (url === route || url.startsWith(`${route}/`))
      return url.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name]!));
  return null;
}
