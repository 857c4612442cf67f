import { checkCharacter } from './check-characters.js';

const EIDR = /^10\.5240\/((?:[0-9A-F]{4}-){5})([0-9A-Z])$/;
const ISAN = /^([0-9A-F]{16})([0-9A-Z])(?:([0-9A-F]{8})([0-9A-Z]))?$/;
const ISRC = /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/;

/** An identifier as it is written, or why it is none: to be read after what was given. */
export type Identified = { readonly id: string } | { readonly problem: string };

/** EIDR content id, `10.5240/7791-8534-2C23-9030-8610-5`. */
export function eidr(text: string): Identified {
  const written = text.trim().toUpperCase();
  const [, digits, check] = EIDR.exec(written) ?? [];
  if (!digits || !check) return { problem: 'is no EIDR: it must be like 10.5240/7791-8534-2C23-9030-8610-5' };
  return checked(digits, check, written, 'EIDR');
}

/** ISAN with its check characters, `0000-0000-D07A-0090-Q`, or with a version `…-Q-0000-0000-X`. */
export function isan(text: string): Identified {
  const bare = text
    .trim()
    .toUpperCase()
    .replace(/^ISAN[ :]*/, '')
    .replace(/[- ]/g, '');
  const [, work, first, version, second] = ISAN.exec(bare) ?? [];
  if (!work || !first)
    return {
      problem: 'is no ISAN with its check characters: it must be like 0000-0000-D07A-0090-Q-0000-0000-X',
    };
  const written = inFours(work) + first + (version ? `-${inFours(version)}${second}` : '');
  const outcome = checked(work, first, written, 'ISAN');
  return version && second && 'id' in outcome ? checked(work + version, second, written, 'ISAN') : outcome;
}

/** ISRC in its form without hyphens, `USRC17607839`; it has no check character. */
export function isrc(text: string): Identified {
  const written = text
    .trim()
    .toUpperCase()
    .replace(/^ISRC[ :]*/, '')
    .replace(/[- ]/g, '');
  if (!ISRC.test(written)) return { problem: 'is no ISRC: it must be like US-RC1-76-07839' };
  return { id: written };
}

function checked(digits: string, check: string, written: string, what: string): Identified {
  const expected = checkCharacter(digits.replaceAll('-', ''));
  if (check === expected) return { id: written };
  return { problem: `is no ${what}: its check character must be ${expected}, not ${check}` };
}

/** `00112233` → `0011-2233-`. */
const inFours = (digits: string): string => digits.replace(/.{4}/g, '$&-');
