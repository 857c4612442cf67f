/** The signs of ISO/IEC 7064 MOD 37,36, in the order of their values; `*` is never needed. */
const SIGNS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const M = SIGNS.length;

/**
 * The check character of ISO/IEC 7064 MOD 37,36, as EIDR and ISAN have it.
 * @param text digits and capital letters
 */
export function checkCharacter(text: string): string {
  let product = M;
  for (const sign of text) {
    let sum = (product + SIGNS.indexOf(sign)) % M;
    if (sum === 0) sum = M;
    product = (2 * sum) % (M + 1);
  }
  return SIGNS[(M + 1 - product) % M]!;
}
