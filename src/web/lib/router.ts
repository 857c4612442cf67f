import { signal } from '@preact/signals';

/** Where the browser is, as path and query. */
export const location = signal(here());

function here() {
  const { pathname, search } = window.location;
  return { path: pathname, query: new URLSearchParams(search) };
}

/** Goes to a page of ours. @param how `replace` leaves no entry in the history */
export function go(href: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', href);
  else history.replaceState(null, '', href);
  const before = location.value.path;
  location.value = here();
  if (location.value.path !== before) window.scrollTo(0, 0);
}

/** Changes the query of the page that is shown. Null or '' removes a name; an array repeats it. */
export function setQuery(
  changes: Readonly<Record<string, string | readonly string[] | null>>,
  how: 'push' | 'replace' = 'replace',
): void {
  const query = new URLSearchParams(location.value.query);
  for (const [name, value] of Object.entries(changes)) {
    query.delete(name);
    for (const one of typeof value === 'string' ? [value] : (value ?? []))
      if (one !== '') query.append(name, one);
  }
  const text = query.toString();
  go(location.value.path + (text === '' ? '' : `?${text}`), how);
}

/** The parts of a path that a pattern such as `/streams/:id` names; null where it does not fit. */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = path.replace(/(.)\/$/, '$1').split('/');
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index]!;
    if (part.startsWith(':')) {
      const decoded = decode(value);
      if (decoded === null || decoded === '') return null;
      found[part.slice(1)] = decoded;
    } else if (part !== value) return null;
  }
  return found;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Makes links of the document change pages without loading it again. */
export function startRouter(): void {
  window.addEventListener('popstate', () => {
    location.value = here();
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.('a[href]') as HTMLAnchorElement | null;
    if (link === null || link.target !== '' || link.hasAttribute('download')) return;
    const url = new URL(link.href);
    if (url.origin !== window.location.origin || isServers(url.pathname) || link.hash !== '') return;
    event.preventDefault();
    go(url.pathname + url.search);
  });
}

/** What the service answers by itself rather than with a page. */
const isServers = (path: string) => /^\/(v1|docs|openapi\.json|metrics|healthz|readyz)(\/|$)/.test(path);
