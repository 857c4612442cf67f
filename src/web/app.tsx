import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { startLive, stopLive } from './lib/live.js';
import { location, matchPath } from './lib/router.js';
import { hasRole, session, sessionError, startSession } from './lib/session.js';
import { AssetPage } from './pages/catalogue/asset-page.js';
import { CataloguePage } from './pages/catalogue/catalogue-page.js';
import { DetectionPage } from './pages/detection/detection-page.js';
import { NowPage } from './pages/now/now-page.js';
import { SearchPage } from './pages/search/search-page.js';
import { SignIn } from './pages/sign-in/sign-in.js';
import { StreamPage } from './pages/stream/stream-page.js';
import { TimelinePage } from './pages/timeline/timeline-page.js';
import { Problem } from './parts/problem.js';
import { Shell } from './parts/shell.js';

interface Route {
  readonly pattern: string;
  readonly title: string;
  readonly page: (values: Readonly<Record<string, string>>) => ComponentChildren;
}

const ROUTES: readonly Route[] = [
  {
    pattern: '/',
    title: 'Now',
    // Which streams are watched is not for those who only hold rights.
    page: () => (hasRole('analyst') ? <NowPage /> : <CataloguePage />),
  },
  { pattern: '/timeline', title: 'Timeline', page: () => <TimelinePage /> },
  { pattern: '/search', title: 'Search', page: () => <SearchPage /> },
  { pattern: '/catalogue', title: 'Catalogue', page: () => <CataloguePage /> },
  {
    pattern: '/catalogue/:catalogue/:asset',
    title: 'Title',
    page: ({ catalogue, asset }) => (
      <AssetPage key={`${catalogue}/${asset}`} catalogue={catalogue!} assetId={asset!} />
    ),
  },
  { pattern: '/streams/:id', title: 'Stream', page: ({ id }) => <StreamPage key={id} id={id!} /> },
  { pattern: '/detections/:id', title: 'Detection', page: ({ id }) => <DetectionPage key={id} id={id!} /> },
];

export function App() {
  const isIn = Boolean(session.value);
  useEffect(() => {
    if (isIn) startLive();
    else stopLive();
  }, [isIn]);
  if (sessionError.value)
    return (
      <main>
        <Problem error={sessionError.value} retry={() => void startSession()} />
      </main>
    );
  if (session.value === undefined) return null;
  if (session.value === null) return <SignIn />;
  const { path } = location.value;
  for (const { pattern, title, page } of ROUTES) {
    const values = matchPath(pattern, path);
    if (values) return <Shell title={title}>{page(values)}</Shell>;
  }
  return (
    <Shell title="Not found">
      <div class="nothing">
        <h1>There is no such page.</h1>
        <a href="/">To the streams</a>
      </div>
    </Shell>
  );
}
