import { isIP } from 'node:net';
import { hostOf } from '../domain/host.js';

/**
 * A host as licences name it, in its one form: `live.example.org`, or `*.example.org` for all below that, in lower
 * case and ASCII; IP addresses without brackets.
 * @returns null for what is no host
 */
export function hostPattern(text: string): string | null {
  const isWild = text.startsWith('*.');
  const bare = hostOf(isWild ? text.slice(2) : text);
  if (bare === null) return null;
  if (!isWild) return bare;
  // `*.org` would be half of the world, and below an IP address there is nothing.
  return isIP(bare) === 0 && bare.includes('.') ? `*.${bare}` : null;
}

/** Whether a host is what a pattern names; the pattern's own name is not below itself. */
export function matchesHost(pattern: string, host: string): boolean {
  const plain = hostOf(host);
  if (plain === null) return false;
  return pattern.startsWith('*.') ? plain.endsWith(pattern.slice(1)) : plain === pattern;
}
