/** What follows in a longer word is not looked at, characters. */
export const LONGEST_WORD = 100;
/** Words of one text that are found. */
const MOST_WORDS = 5000;
/** Words that are asked for at once. */
const MOST_ASKED = 16;
/** Between their words is no space: each character is a word. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;

/** The words of a text, letters and digits, without case and accents. */
export function foldedWords(text: string): string[] {
  return wordsIn(folded(text, 'NFD'));
}

/** The same where what is written without spaces is found from any character on, and one width is like another. */
export function searchedWords(text: string): string[] {
  const words = wordsIn(folded(text, 'NFKD').replace(UNSPACED, ' $& '));
  return [...new Set(words.map((word) => word.slice(0, LONGEST_WORD)))].slice(0, MOST_WORDS);
}

/** Those of a text that somebody asks for. */
export function askedWords(text: string): string[] {
  return searchedWords(text).slice(0, MOST_ASKED);
}

/** Without case, accents and width: what texts are put in order by. */
export function foldedText(text: string): string {
  return folded(text, 'NFKD').replace(/\p{Surrogate}/gu, '\uFFFD');
}

function folded(text: string, form: 'NFD' | 'NFKD'): string {
  return text.normalize(form).replace(/\p{M}/gu, '').normalize('NFC').toLowerCase();
}

function wordsIn(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}
