import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { StreamprintError } from '../domain/errors.js';
import type { InternalCheck } from './guard.js';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a host name. Rejects when there is none. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

export const systemResolve: Resolve = (hostname) => systemLookup(hostname, { all: true });

/**
 * Host names looked up at connect time, so that the address that was checked is the address that is connected
 * to: a name that changes its address between check and use (DNS rebinding) gains nothing.
 */
export class GuardedResolver {
  /** Whether all addresses of a name that the operator gave were internal, as first seen. */
  private readonly internalNames = new Map<string, boolean>();

  constructor(
    private readonly resolve: Resolve,
    private readonly isInternal: InternalCheck,
  ) {}

  /** For what the public network names: a name with an internal address is refused. */
  readonly publicOnly: LookupFunction = (hostname, options, callback) => {
    this.answer(hostname, options.all === true, callback, (addresses) => {
      if (addresses.some(({ address }) => this.isInternal(address))) throw refused(hostname);
    });
  };

  /** For what the operator names: anything, but a name once seen in public stays there. */
  readonly operators: LookupFunction = (hostname, options, callback) => {
    this.answer(hostname, options.all === true, callback, (addresses) => {
      const internal = addresses.filter(({ address }) => this.isInternal(address)).length;
      if (this.internalNames.get(hostname) === false && internal > 0) throw refused(hostname);
      const before = this.internalNames.get(hostname) ?? true;
      this.internalNames.set(hostname, before && internal === addresses.length);
    });
  };

  /** Whether a name connected to through `operators` lies inside. */
  isInternalName(hostname: string): boolean {
    return this.internalNames.get(hostname) ?? false;
  }

  private answer(
    hostname: string,
    all: boolean,
    callback: Parameters<LookupFunction>[2],
    check: (addresses: readonly ResolvedAddress[]) => void,
  ): void {
    this.resolve(hostname).then(
      (addresses) => {
        try {
          const [first] = addresses;
          if (first === undefined)
            throw Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' });
          check(addresses);
          if (all) callback(null, [...addresses]);
          else callback(null, first.address, first.family);
        } catch (error) {
          callback(error as NodeJS.ErrnoException, '', 0);
        }
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  }
}

export function refused(host: string): StreamprintError {
  return new StreamprintError(
    'SP_FETCH_REFUSED',
    `${host} lies inside this network: the public network must not lead there`,
  );
}
