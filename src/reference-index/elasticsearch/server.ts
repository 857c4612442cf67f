import { StreamprintError } from '../../domain/errors.js';
import type { ElasticClient } from './client.js';

/** What one client speaks with. */
const OLDEST = { major: 8, minor: 11 };
const NEWEST_MAJOR = 9;

interface NodesAnswer {
  readonly nodes?: Readonly<Record<string, { readonly version: string }>>;
}

/** Throws SP_INDEX_REFUSED for a server of a version that we do not speak with, and what the server refuses. */
export async function checkServer(client: ElasticClient): Promise<void> {
  const { nodes = {} } = await client.request<NodesAnswer>({
    method: 'GET',
    path: '/_nodes/_all/http',
    query: { filter_path: 'nodes.*.version' },
  });
  for (const { version } of Object.values(nodes)) {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const known =
      major <= NEWEST_MAJOR && (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor));
    if (!known)
      throw new StreamprintError(
        'SP_INDEX_REFUSED',
        `Elasticsearch at ${client.where} is ${version}: Streamprint speaks with 8.19 and 9.x.`,
      );
  }
}
