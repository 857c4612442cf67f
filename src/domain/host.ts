import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

const MAX_HOST = 253;
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/** The host of an address, in its one form; null where it has none. */
export function hostOfUrl(url: string): string | null {
  try {
    return hostOf(new URL(url).hostname);
  } catch {
    return null;
  }
}

/** An IP address in its one form; IPv4 that is written as IPv6 is IPv4. Null for what is none. */
export function ipOf(text: string): string | null {
  const plain = text.replace(/^::ffff:(?=[\d.]+$)/i, '');
  return isIP(plain) === 0 ? null : hostOf(plain);
}

/** A host in its one form: lower case, ASCII; IP addresses without brackets. Null for what is none. */
export function hostOf(text: string): string | null {
  const plain = text.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIP(plain) === 6) return new URL(`http://[${plain}]/`).hostname.replace(/^\[|\]$/g, '');
  if (isIP(plain) !== 0) return plain;
  const ascii = domainToASCII(plain.replace(/\.$/, ''));
  const isName =
    ascii !== '' && ascii.length <= MAX_HOST && ascii.split('.').every((label) => LABEL.test(label));
  return isName ? ascii : null;
}
