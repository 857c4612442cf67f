import { createHash } from 'node:crypto';

const MAX_SLUG = 80;

/**
 * A name as an identifier: lower case, accents dropped (NFKD without marks), letters and digits of any script
 * kept, every other run one `-`, at most 80 characters. A name without letters and digits gives `x` and
 * 8 hex digits of its SHA-256, so that two of them differ.
 */
export function slug(name: string): string {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+/, '');
  const cut = [...words.slice(0, 4 * MAX_SLUG)].slice(0, MAX_SLUG).join('').replace(/-+$/, '');
  return cut === '' ? `x${shortDigest(name)}` : cut;
}

/** The first 8 hex digits of a text's SHA-256. */
export function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
