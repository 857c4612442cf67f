/** The arrows between folders: see docs/architecture.md. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(fingerprints|workers|src|samples|bench|test)/', pathNot: [from, ...allowed] },
});

const domain = '^src/(domain|errors)';
const fingerprints = '^fingerprints/';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^node-av' },
    },
    {
      name: 'fingerprints-are-pure',
      severity: 'error',
      from: { path: fingerprints },
      to: { pathNot: fingerprints },
    },
    only('workers-know-fingerprints', '^workers/', [fingerprints]),
    only('domain-knows-fingerprints', '^src/domain/', [fingerprints]),
    only('capture-knows-domain', '^src/capture/', [domain]),
    only('media-knows-workers', '^src/media/', [domain, fingerprints, '^workers/protocol']),
    only('reference-index-knows-domain', '^src/reference-index/', [domain, fingerprints, '^src/storage/']),
    only('matching-knows-the-index-by-its-interface', '^src/matching/', [
      domain,
      fingerprints,
      '^src/reference-index/reference-index',
    ]),
    only('detections-know-domain', '^src/detections/', [domain, fingerprints, '^src/storage/']),
    only('live-references-know-the-clock', '^src/live-references/', [
      domain,
      fingerprints,
      '^src/(media|storage)/',
      '^src/monitor/stream-clock',
      '^src/reference-index/reference-index',
    ]),
    only('past-knows-matching', '^src/past/', [
      domain,
      fingerprints,
      '^src/storage/',
      '^src/matching/',
      '^src/detections/',
      '^src/reference-index/reference-index',
      '^src/catalogue/shared/evidence',
    ]),
    only('report-knows-domain', '^src/report/', [domain, fingerprints, '^src/media/still-image']),
    only('storage-knows-domain', '^src/storage/', [domain]),
    only('transport-knows-domain', '^src/transport/', [domain, '^src/storage/']),
    only('probe-knows-capture-and-transport', '^src/probe/', [
      domain,
      fingerprints,
      '^src/(capture|media|storage|transport)/',
      '^src/version',
      '^workers/protocol',
    ]),
    only('monitor-does-not-know-the-bus', '^src/monitor/', [
      domain,
      fingerprints,
      '^src/(detections|matching|media|past|reference-index|storage)/',
      '^workers/protocol',
    ]),
    only('worker-knows-the-monitor', '^src/worker/', [
      domain,
      fingerprints,
      '^src/(detections|monitor|transport|matching|media|reference-index)/',
    ]),
    only('events-know-storage', '^src/events/', [domain, '^src/storage/']),
    only('alerts-know-events', '^src/alerts/', [
      domain,
      '^src/(storage|events|detections|transport)/',
      '^src/capture/index',
      '^src/monitor/events',
    ]),
    only('service-knows-what-workers-and-probes-say', '^src/service/', [
      domain,
      '^src/(storage|detections|transport|media|probe|worker|events|alerts)/',
      '^src/monitor/events',
    ]),
    only('rights-know-the-catalogue', '^src/rights/', [
      domain,
      fingerprints,
      '^src/(capture|catalogue|live-references|media|reference-index|storage)/',
    ]),
    only('access-knows-storage', '^src/access/', [domain, '^src/storage/']),
    only('evidence-knows-the-past-and-the-media', '^src/evidence/', [
      domain,
      fingerprints,
      '^workers/protocol',
      '^src/(detections|matching|media|past|storage)/',
      '^src/probe/evidence/fetch-evidence',
      '^src/transport/index',
      '^src/reference-index/reference-index',
    ]),
    only('api-knows-what-it-shows', '^src/api/', [
      domain,
      '^src/(access|alerts|detections|events|rights|storage)/',
      '^src/capture/index',
      '^src/reference-index/reference-index',
      '^src/report/(words|markup)',
      '^src/version',
      '^src/catalogue/(fingerprint-file|metadata)',
      '^src/service/(stream-board|registered-probes)',
      '^src/evidence/index',
      fingerprints,
    ]),
    {
      name: 'tus-behind-its-module',
      severity: 'error',
      from: { pathNot: '^src/api/tus/' },
      to: { path: 'node_modules/@tus' },
    },
    {
      name: 'fastify-behind-the-api',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/api/' },
      to: { path: 'node_modules/fastify' },
    },
    {
      name: 'kafkajs-behind-the-kafka-engine',
      severity: 'error',
      from: { pathNot: '^src/transport/kafka/' },
      to: { path: 'node_modules/kafkajs' },
    },
    {
      name: 'the-elasticsearch-client-behind-its-module',
      severity: 'error',
      from: { pathNot: '^src/reference-index/elasticsearch/(client|errors)\\.ts' },
      to: { path: 'node_modules/@elastic' },
    },
    {
      name: 'xmldom-behind-its-module',
      severity: 'error',
      from: { pathNot: '^src/capture/dash/xml' },
      to: { path: 'node_modules/@xmldom' },
    },
    {
      name: 'aws4-behind-the-s3-client',
      severity: 'error',
      from: { pathNot: '^src/transport/s3/' },
      to: { path: 'node_modules/aws4' },
    },
    {
      name: 'libraries-of-the-pages-stay-there',
      severity: 'error',
      from: { path: '^(src|workers|fingerprints)/' },
      to: { path: '^node_modules/(@preact|preact|tus-js-client|vite)/' },
    },
    only('nothing-imports-the-cli', '^src/(?!cli/)', ['^(src|fingerprints|workers)/(?!cli/)']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The pages are held to themselves by their own tsconfig.json: its rootDir lets nothing else in.
    exclude: { path: '^(test|bench|dist|src/web)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'types', 'default'],
    },
    parser: 'swc',
    tsPreCompilationDeps: true,
  },
};
