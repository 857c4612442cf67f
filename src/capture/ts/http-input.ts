import type { Address } from '../address.js';
import type { Fetcher } from '../fetcher.js';
import type { Connect } from './live-run.js';

/** A connection is begun anew after a day. */
const LONGEST = 24 * 3600 * 1000;

/** MPEG-TS that a server sends over HTTP without an end. */
export function httpInput(fetcher: Fetcher, address: Address): Connect {
  return (signal, use) => {
    const request = { signal, maxBytes: Number.MAX_SAFE_INTEGER, timeout: LONGEST };
    return fetcher.fetch(address, request, ({ body, source }) => use({ bytes: body, source }));
  };
}
