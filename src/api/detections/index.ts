import type { Resource } from '../route.js';
import { type DetectionOptions, detectionRoutes } from './detection.js';
import { type EvidenceOptions, evidenceRoutes } from './evidence.js';
import { type ExportOptions, exportRoutes } from './export.js';
import { type ReviewsOptions, reviewRoutes } from './reviews.js';
import { type SearchOptions, searchRoutes } from './search.js';

export interface DetectionsOptions
  extends SearchOptions,
    DetectionOptions,
    ReviewsOptions,
    Omit<ExportOptions, 'registered'>,
    EvidenceOptions {}

/** What was detected: search, detail, reviews, evidence, export. */
export const detectionsRoutes: Resource<DetectionsOptions> = async (server, options) => {
  await server.register(searchRoutes, options);
  await server.register(exportRoutes, options);
  await server.register(detectionRoutes, options);
  await server.register(reviewRoutes, options);
  await server.register(evidenceRoutes, options);
};
