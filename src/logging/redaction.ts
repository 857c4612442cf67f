import { withoutSecrets } from '../capture/index.js';

const HIDDEN = '[hidden]';
/** Shorter ones would hide words that are no secrets. */
const SHORTEST_SECRET = 6;

/** Whatever looks like a secret of ours, wherever it stands. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\bsp_([a-z2-7]{12})_[\w-]{10,}/g, `sp_$1_${HIDDEN}`],
  [/\bwhsec_[A-Za-z0-9+/=]+/g, `whsec_${HIDDEN}`],
  [/\b(Bearer|Basic|ApiKey)\s+[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  [/(\bstreamprint_session=)[^;\s"]+/g, `$1${HIDDEN}`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
];

/** Fields whose value is nobody's business, whatever it is. */
export const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'key',
  'password',
  'secret',
  'token',
  'set-cookie',
] as const;

/** Takes secrets out of text. @param known that are configured, and must never show */
export function hider(known: readonly string[]): (text: string) => string {
  const secrets = known.filter((secret) => secret.length >= SHORTEST_SECRET);
  return (text) => {
    let plain = text;
    for (const secret of secrets) plain = plain.replaceAll(secret, HIDDEN);
    for (const [pattern, shown] of PATTERNS) plain = plain.replace(pattern, shown);
    return withoutSecrets(plain);
  };
}

export { HIDDEN };
