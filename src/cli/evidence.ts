import fs from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { configFrom } from '../config.js';
import { DetectionStore } from '../detections/detection-store.js';
import { StreamprintError } from '../domain/errors.js';
import { type EvidenceWanted, fetchEvidence } from '../probe/evidence/fetch-evidence.js';
import { openBusBeside } from '../roles/bus.js';
import type { Content } from '../transport/index.js';
import { print, printJson, tell } from './output.js';
import { seconds, time } from './values.js';

interface Options {
  readonly data: string;
  readonly out: string;
  readonly stream?: string;
  readonly from?: number;
  readonly to?: number;
  readonly wait: number;
  readonly json?: boolean;
}

const EXTENSIONS: Readonly<Record<string, string>> = { mpegts: 'ts', mp4: 'mp4' };

export function evidenceCommand(program: Command): void {
  program
    .command('evidence')
    .description('the media behind a detection, from the probe that captured them')
    .argument('[detection]', 'its id; or name a stream and a time')
    .requiredOption('--out <dir>', 'where the segments go, and evidence.json, which says what they are')
    .option('--stream <id>', 'of this stream')
    .option('--from <time>', 'from this time on (ISO 8601)', time)
    .option('--to <time>', 'to this time (ISO 8601)', time)
    .option('--wait <seconds>', 'for so long without an answer', seconds, 20)
    .option('--json', 'one JSON object a segment')
    .action(async (detection: string | undefined, _: unknown, command: Command) => {
      process.exitCode = await evidence(detection, command.optsWithGlobals<Options>());
    });
}

async function evidence(detection: string | undefined, options: Options): Promise<number> {
  const wanted = wantedOf(detection, options);
  await fs.mkdir(options.out, { recursive: true });
  const bus = await openBusBeside(configFrom(process.env), options.data, 'evidence');
  const segments: { readonly file: string; readonly content: Content<'evidence/1'> }[] = [];
  try {
    const end = await fetchEvidence(bus, wanted, {
      patience: 1000 * options.wait,
      take: async (content, body) => {
        const file = nameOf(content);
        await fs.rm(path.join(options.out, file), { force: true });
        await body.saveTo(path.join(options.out, file));
        segments.push({ file, content });
        if (options.json) printJson({ file, ...content });
        else print(`${file}  ${content.bytes} bytes  sha256 ${content.sha256}`);
      },
    });
    const card = JSON.stringify({ ...wanted, segments, end }, null, 2);
    await fs.writeFile(path.join(options.out, 'evidence.json'), `${card}\n`);
    tell(end === null ? 'no probe has answered to the end' : end.reason || 'all of it');
    return end !== null && segments.length > 0 ? 0 : 1;
  } finally {
    await bus.close();
  }
}

/** Names that come from messages become names of files: nothing but digits and letters. */
function nameOf({ capture, sequence, container, carries }: Content<'evidence/1'>): string {
  const at = capture.start.replace(/[^0-9TZ]/g, '');
  return `${at}-${sequence}${carries === 'audio' ? '-audio' : ''}.${EXTENSIONS[container ?? ''] ?? 'media'}`;
}

function wantedOf(id: string | undefined, { data, stream, from, to }: Options): EvidenceWanted {
  if (id === undefined) {
    if (!stream || from === undefined || to === undefined)
      throw new StreamprintError('SP_USAGE', 'Name a detection, or --stream, --from and --to.');
    return { stream: { id: stream, name: '', url: '' }, detection: null, time: spanOf(from, to) };
  }
  const store = DetectionStore.openReader(data);
  try {
    const found = store?.find({}).find((one) => one.id === id);
    if (!found) throw new StreamprintError('SP_NOT_FOUND', `There is no detection ${id} in ${data}.`);
    return { stream: found.stream, detection: id, time: spanOf(found.time.start, found.time.end) };
  } finally {
    store?.close();
  }
}

/** @param start, end ms UTC */
function spanOf(start: number, end: number): EvidenceWanted['time'] {
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}
