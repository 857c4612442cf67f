import { workerData } from 'node:worker_threads';
import { answerCalls } from './reader-calls.js';
import { DrawnTimelines } from './timeline-drawn.js';

/** The thread that draws time lines. */
answerCalls(DrawnTimelines.open(workerData as string), (answers) => answers);
