import { eidr, isan, isrc } from '../identifiers.js';

/** What an asset with this identifier may have: the id as it was given, others as they are kept. */
export function identifierForms(text: string): {
  readonly id: string;
  readonly eidr: string | null;
  readonly isan: string | null;
  readonly isrc: string | null;
} {
  const form = (read: typeof eidr) => {
    const outcome = read(text);
    return 'id' in outcome ? outcome.id : null;
  };
  return { id: text, eidr: form(eidr), isan: form(isan), isrc: form(isrc) };
}
