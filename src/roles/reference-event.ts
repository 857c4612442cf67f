import type { EventDraft } from '../events/event-log.js';
import type { ReferenceJob } from '../rights/reference-jobs.js';

/** What is logged when something was registered, or could not be. */
export function referenceEvent(job: ReferenceJob): EventDraft {
  const { id, state, catalogue, assetId, title, referenceId, source, error, updatedAt } = job;
  return {
    type: state === 'done' ? 'reference.ready' : 'reference.failed',
    at: updatedAt,
    catalogue,
    data: { job: { id, state, catalogue, assetId, title, referenceId, source, error } },
  };
}
