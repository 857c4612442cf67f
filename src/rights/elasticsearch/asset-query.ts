import { askedWords } from '../../domain/words.js';
import type { AssetQuery } from '../search/asset-search.js';
import { identifierForms } from '../search/identifier.js';

/** The conditions of a query, as filters of Elasticsearch; null = nothing can be found. */
export function filtersOf(query: AssetQuery): object[] | null {
  const { visible, catalogue, text, identifier, state, changedSince, changedUntil } = query;
  const words = text === undefined ? [] : askedWords(text);
  if (words.length === 0 && (text ?? '').trim() !== '') return null;
  const changed = {
    ...(changedSince !== undefined && { gte: changedSince }),
    ...(changedUntil !== undefined && { lt: changedUntil }),
  };
  return [
    ...(visible ? [{ terms: { catalogue: [...visible] } }] : []),
    ...(catalogue === undefined ? [] : [{ term: { catalogue } }]),
    ...(identifier === undefined ? [] : [identified(identifier)]),
    ...(state === undefined ? [] : [{ term: { state } }]),
    ...(Object.keys(changed).length === 0 ? [] : [{ range: { updatedAt: changed } }]),
    ...words.map((word) => ({ prefix: { words: { value: word } } })),
  ];
}

function identified(identifier: string): object {
  const forms = Object.entries(identifierForms(identifier)).filter(([, form]) => form !== null);
  return { bool: { should: forms.map(([field, form]) => ({ term: { [field]: form } })) } };
}
