/** What follows in a longer word is not looked at, characters. */
export const LONGEST_WORD = 100;

/** The words of a text, letters and digits, without case and accents: as the index knows them. */
export function foldedWords(text: string): string[] {
  return (
    text
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
