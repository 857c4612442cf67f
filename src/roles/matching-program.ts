import { parentPort, workerData } from 'node:worker_threads';
import { answerMatching } from '../matching/thread/answering.js';
import { openEmbeddedIndex } from '../reference-index/embedded/index.js';
import type { MatchingSource } from './matching.js';
import { openIndex } from './reference-index.js';

/** Looking up goes on as long as the process lives. */
const READING = { readAhead: true };

/** The thread that matches: with a reader of the index of its own. */
const { config, directory, isFollowed, maxFalsePerDay } = workerData as MatchingSource;

answerMatching(
  parentPort!,
  () => (isFollowed ? openEmbeddedIndex(directory, READING) : openIndex(config, directory, READING)),
  maxFalsePerDay,
);
