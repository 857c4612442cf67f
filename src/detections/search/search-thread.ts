import { workerData } from 'node:worker_threads';
import { answerCalls } from '../reader-calls.js';
import { EmbeddedSearch } from './embedded-search.js';

/** The thread that searches. */
answerCalls(EmbeddedSearch.open(workerData as string), JSON.stringify);
