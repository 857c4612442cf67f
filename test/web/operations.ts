/** Operations of the API that the pages use. */
export const OPERATIONS = [
  ...['signIn', 'getSession', 'signOut'],
  ...['searchEverything', 'searchDetections', 'getDetection', 'listReviews', 'reviewDetection'],
  ...['listCatalogues', 'listAssets', 'getAsset', 'getReferenceJob'],
  ...['listStreams', 'getStream', 'getTimeline'],
  ...['createImport', 'getImport', 'listImportRows'],
  ...['getAlignment', 'listFrames', 'getSpectrogram', 'getCaptureFacts'],
  ...['createLookup', 'getLookup'],
];
