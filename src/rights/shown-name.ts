import { liveStartOf } from '../domain/live-reference.js';

const MAX_NAME = 255;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const CONTROL = /[\u0000-\u001f\u007f]+/g;

/**
 * The name of a file as somebody else says it, to be shown and never to be opened: without folders and control
 * characters, and not such as the parts of live references have.
 */
export function shownName(text: string): string {
  const last = text.replace(CONTROL, ' ').trim().split(/[\\/]/).at(-1)?.trim() ?? '';
  const name = [...last].slice(0, MAX_NAME).join('') || 'upload';
  return liveStartOf(name) === null ? name : `file ${name}`;
}
