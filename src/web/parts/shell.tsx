import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { signOut } from '../api/calls.js';
import { useKeys } from '../lib/keys.js';
import { connection } from '../lib/live.js';
import { go, location } from '../lib/router.js';
import { hasRole, session } from '../lib/session.js';
import { type Theme, theme } from '../lib/theme.js';
import { Banner } from './banner.js';
import { Help, openHelp } from './help.js';
import { Mark } from './mark.js';
import { Toast } from './toast.js';

const PAGES = [
  { href: '/', name: 'Now', under: ['/streams'], isForAnalysts: true },
  { href: '/timeline', name: 'Timeline', under: [], isForAnalysts: false },
  { href: '/search', name: 'Search', under: ['/detections'], isForAnalysts: false },
  { href: '/catalogue', name: 'Catalogue', under: [], isForAnalysts: false },
] as const;

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };

const CONNECTION = {
  connecting: { shape: 'wait', text: 'Connecting' },
  live: { shape: 'live', text: 'Live' },
  lost: { shape: 'lost', text: 'Connection lost' },
  'catching-up': { shape: 'wait', text: 'Catching up' },
} as const;

/** What is around every page: where one is, whether it is live, who one is. */
export function Shell({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const { path } = location.value;
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${title} · Streamprint`;
  }, [title]);
  useEffect(() => {
    const isWithin = main.current?.contains(document.activeElement);
    if (!first.current && !isWithin) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [path]);
  useKeys({
    '1': () => go('/'),
    '2': () => go('/timeline'),
    '3': () => go('/search'),
    '4': () => go('/catalogue'),
    '/': () => (path === '/search' ? document.getElementById('q')?.focus() : go('/search?focus=1')),
    '?': openHelp,
  });
  const link = CONNECTION[connection.value];
  const isCurrent = ({ href, under }: (typeof PAGES)[number]) =>
    path === href ||
    (href !== '/' && path.startsWith(`${href}/`)) ||
    under.some((prefix) => path.startsWith(`${prefix}/`));
  return (
    <>
      <a class="skip" href="#main">
        To the page's content
      </a>
      <header class="top">
        <a class="brand" href="/">
          <img src="/icon.svg" alt="" />
          <span>Streamprint</span>
        </a>
        <nav aria-label="Pages">
          {PAGES.filter(({ isForAnalysts }) => !isForAnalysts || hasRole('analyst')).map((page) => (
            <a key={page.href} href={page.href} aria-current={isCurrent(page) ? 'page' : undefined}>
              {page.name}
            </a>
          ))}
        </nav>
        <div class="end">
          <span class={`linked ${connection.value}`}>
            <Mark shape={link.shape} />
            {link.text}
          </span>
          <button
            type="button"
            class="button quiet"
            onClick={() => {
              theme.value = NEXT_THEME[theme.value];
            }}
          >
            <span class="wide-only">Theme:</span> {theme.value}
          </button>
          <button type="button" class="button quiet wide-only" onClick={openHelp} aria-keyshortcuts="?">
            Keys <kbd>?</kbd>
          </button>
          <button
            type="button"
            class="button quiet"
            title={`Signed in as ${session.value?.user.name ?? ''}`}
            onClick={async () => {
              await signOut().catch(() => undefined);
              session.value = null;
            }}
          >
            Sign out
          </button>
        </div>
      </header>
      <Banner />
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <Toast />
      <Help />
    </>
  );
}
