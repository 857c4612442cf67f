import { type Command, InvalidArgumentError } from 'commander';
import { type DetectionFilter, DetectionStore } from '../detections/detection-store.js';
import { detectionJson } from '../monitor/events.js';
import { clock, print, printJson, table, tell } from './output.js';
import { time } from './values.js';

interface Options {
  readonly data: string;
  readonly stream?: string;
  readonly asset?: string;
  readonly since?: number;
  readonly until?: number;
  readonly minScore?: number;
  readonly json?: boolean;
}

export function detectionsCommand(program: Command): void {
  program
    .command('detections')
    .description('what was found on the streams so far')
    .option('--stream <id>', 'on this stream')
    .option('--asset <id>', 'of this asset')
    .option('--since <time>', 'that end at this time (ISO 8601) or later', time)
    .option('--until <time>', 'that start before this time (ISO 8601)', time)
    .option('--min-score <score>', 'with this score or a better one, 0 to 1', score)
    .option('--json', 'one JSON object a detection')
    .action((_: unknown, command: Command) => {
      list(command.optsWithGlobals<Options>());
    });
}

function score(value: string): number {
  const number = Number(value);
  if (!(number >= 0 && number <= 1)) throw new InvalidArgumentError('it must be a number from 0 to 1.');
  return number;
}

function list({ data, json, ...filter }: Options): void {
  const store = DetectionStore.openReader(data);
  try {
    const detections = store?.find(filter satisfies DetectionFilter) ?? [];
    if (json)
      for (const detection of detections) printJson({ ...detectionJson(detection), state: detection.state });
    else if (detections.length === 0) tell('no detections');
    else
      print(
        table(
          ['start', 'length', 'stream', 'asset', 'title', 'how', 'score', 'state'],
          detections.map((d) => [
            new Date(d.time.start).toISOString(),
            clock((d.time.end - d.time.start) / 1000),
            d.stream.id,
            d.assetId,
            d.title,
            d.mirrored ? `${d.modality}, mirrored` : d.modality,
            d.score.toFixed(2),
            d.state,
          ]),
        ),
      );
  } finally {
    store?.close();
  }
}
