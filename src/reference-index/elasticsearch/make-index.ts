import { StreamprintError } from '../../domain/errors.js';
import type { ElasticClient } from './client.js';

/** What an index is to be, beside what every index of ours is. */
export interface IndexBody {
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly mappings: object;
  readonly aliases?: object;
}

/**
 * Makes one index: what is acknowledged there is on the disk, and a copy comes as soon as there is a second node to hold
 * it. One that is there already, made by a request that came twice or by somebody else, stays as it is.
 */
export async function makeIndex(
  client: ElasticClient,
  name: string,
  { settings, ...rest }: IndexBody,
): Promise<void> {
  const body = {
    ...rest,
    settings: { auto_expand_replicas: '0-1', 'translog.durability': 'request', ...settings },
  };
  try {
    await client.request({ method: 'PUT', path: `/${name}`, body });
  } catch (error) {
    if (!(error instanceof StreamprintError && /resource_already_exists/.test(error.message))) throw error;
  }
}
