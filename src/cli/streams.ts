import type { Command } from 'commander';
import { DetectionStore } from '../detections/detection-store.js';
import type { CoverageState } from '../domain/ledger.js';
import type { StreamInfo } from '../domain/match.js';
import { clock, print, printJson, table, tell } from './output.js';

interface Options {
  readonly data: string;
  readonly json?: boolean;
}

const STATES: readonly CoverageState[] = ['captured', 'damaged', 'lost', 'silent'];

export function streamsCommand(program: Command): void {
  program
    .command('streams')
    .description('what was captured of each stream, and what was not')
    .option('--json', 'one JSON object a stream, with every stretch of the ledger')
    .action((_: unknown, command: Command) => {
      list(command.optsWithGlobals<Options>());
    });
}

function list({ data, json }: Options): void {
  const store = DetectionStore.openReader(data);
  try {
    const streams = store?.streams() ?? [];
    if (json) for (const stream of streams) printJson(ledgerOf(store!, stream));
    else if (streams.length === 0) tell('no streams');
    else
      print(
        table(
          ['stream', 'name', ...STATES, 'detections'],
          streams.map((stream) => {
            const { seconds, detections } = ledgerOf(store!, stream);
            return [
              stream.id,
              stream.name,
              ...STATES.map((state) => clock(seconds[state])),
              String(detections),
            ];
          }),
        ),
      );
  } finally {
    store?.close();
  }
}

function ledgerOf(store: DetectionStore, stream: StreamInfo) {
  const seconds: Record<CoverageState, number> = { captured: 0, damaged: 0, lost: 0, silent: 0 };
  const ledger = store.coverage(stream.id).map(({ time, state, reason }) => {
    seconds[state] += (time.end - time.start) / 1000;
    return {
      start: new Date(time.start).toISOString(),
      end: new Date(time.end).toISOString(),
      state,
      reason,
    };
  });
  return { ...stream, seconds, detections: store.find({ stream: stream.id }).length, ledger };
}
