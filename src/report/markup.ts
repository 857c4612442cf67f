/** HTML that is safe to be put into a page: made by `html`, never from a plain string. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = Markup | string | number | null | readonly Part[];

/**
 * HTML from a template: what is put into it is escaped, unless it is Markup itself. Lists are joined, null is left
 * out. Fit for text and for attribute values in double quotes.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((text, string, i) => text + render(parts[i - 1] ?? null) + string));
}

function render(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(render).join('');
  return escapeText(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// Control characters mean nothing on a page, and those that turn the direction of text could make it lie.
const UNWANTED = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

function escapeText(text: string): string {
  return text.replace(UNWANTED, ' ').replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
