import type { SourceFacts } from '../domain/source-facts.js';
import type { Content } from '../transport/index.js';
import type { NetworkFacts } from './network-facts.js';

type Source = Content<'segment/1'>['source'];

const LONGEST_URL = 8000;

/** What a message says of where its media came from, within the bounds of its contract. */
export function sourceOf(
  facts: SourceFacts | undefined,
  uri: string,
  clockOffset: number | null,
  network: NetworkFacts,
): Source {
  const ip = facts?.ip ?? null;
  return {
    url: (facts?.url ?? uri).slice(0, LONGEST_URL),
    ip,
    status: facts?.status ?? null,
    headers: { ...facts?.headers },
    redirects: (facts?.redirects ?? []).map((url) => url.slice(0, LONGEST_URL)),
    tls: facts?.tls ?? null,
    clockOffset,
    ...(ip === null ? { asn: null, country: null } : network.of(ip)),
  };
}
