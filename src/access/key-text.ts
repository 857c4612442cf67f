import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Bytes of a secret. */
const SECRET_BYTES = 32;
const ID_CHARACTERS = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_LENGTH = 12;
const KEY = /^sp_([a-z2-7]{12})_([A-Za-z0-9_-]{43})$/;

/** A key in its two parts: `sp_<id>_<secret>`. */
export interface KeyText {
  readonly id: string;
  readonly secret: string;
}

/** Null = it is none. */
export function parseKey(text: string): KeyText | null {
  const [, id, secret] = KEY.exec(text) ?? [];
  return id && secret ? { id, secret } : null;
}

export const keyText = ({ id, secret }: KeyText): string => `sp_${id}_${secret}`;

export function newId(): string {
  return Array.from(randomBytes(ID_LENGTH), (byte) => ID_CHARACTERS[byte % ID_CHARACTERS.length]).join('');
}

export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** What is kept of a secret. Secrets are random, 256 bits: a slow hash would add nothing. */
export const hashOf = (secret: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(secret).digest());

export function isSecret(secret: string, hash: Uint8Array | null): boolean {
  return hash !== null && timingSafeEqual(hashOf(secret), hash);
}
