import { readFileSync } from 'node:fs';
import { type AsnResponse, type CountryResponse, Reader, type Response } from 'mmdb-lib';
import { messageOf, StreamprintError } from '../domain/errors.js';

const COUNTRY = /^[A-Z]{2}$/;

/** Network and country of addresses, as far as offline databases in MaxMind's format say. */
export class NetworkFacts {
  private constructor(
    private readonly asns: Reader<AsnResponse> | null,
    private readonly countries: Reader<CountryResponse> | null,
  ) {}

  /** @param asnFile @param countryFile databases such as GeoLite2-ASN and GeoLite2-Country; null = none @throws SP_USAGE */
  static open(asnFile: string | null, countryFile: string | null): NetworkFacts {
    return new NetworkFacts(asnFile ? open(asnFile) : null, countryFile ? open(countryFile) : null);
  }

  of(ip: string): { readonly asn: number | null; readonly country: string | null } {
    const asn = this.asns?.get(ip)?.autonomous_system_number ?? null;
    const found = this.countries?.get(ip);
    const country = found?.country?.iso_code ?? found?.registered_country?.iso_code ?? null;
    return { asn, country: country !== null && COUNTRY.test(country) ? country : null };
  }
}

function open<T extends Response>(file: string): Reader<T> {
  try {
    return new Reader<T>(readFileSync(file));
  } catch (error) {
    throw new StreamprintError(
      'SP_USAGE',
      `${file} is no database in MaxMind's format: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}
