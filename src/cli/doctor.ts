import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { configFrom } from '../config.js';
import { DetectionStore } from '../detections/detection-store.js';
import { messageOf } from '../domain/errors.js';
import { decoderStatus } from '../media/doctor.js';
import { describeBus } from '../roles/bus.js';
import { openIndex } from '../roles/reference-index.js';
import { version } from '../version.js';
import { print, printJson } from './output.js';

interface Options {
  readonly data: string;
  readonly json?: boolean;
}

/** One thing that was looked at: what was found, and what to do where it is not fine. */
interface Finding {
  readonly what: string;
  readonly fine: boolean;
  readonly found: string;
  readonly advice: string | null;
}

const LOW_DISK = 2 * 1024 ** 3;

export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('what is fine here, what is not, and what to do about it')
    .option('--json', 'one JSON object a finding')
    .action(async (_: unknown, command: Command) => {
      const { data, json } = command.optsWithGlobals<Options>();
      const findings = [
        runtime(),
        ...(await decoders()),
        await disk(data),
        await index(data),
        detections(data),
        await bus(data),
      ];
      for (const finding of findings) {
        if (json) printJson(finding);
        else {
          print(`${finding.fine ? 'ok  ' : 'BAD '}  ${finding.what}: ${finding.found}`);
          if (finding.advice) print(`      ${finding.advice}`);
        }
      }
      process.exitCode = findings.every((finding) => finding.fine) ? 0 : 1;
    });
}

function runtime(): Finding {
  const found = `Streamprint ${version}, Node.js ${process.versions.node}, ${os.availableParallelism()} cores`;
  return { what: 'versions', fine: true, found, advice: null };
}

async function decoders(): Promise<Finding[]> {
  const all = await decoderStatus();
  const any = all.some((decoder) => decoder.available);
  const advice = 'Install the ffmpeg program, or node-av (npm install, without --omit=optional).';
  return all.map(({ name, available, version: v, licence, note }) => ({
    what: `decoder ${name}`,
    fine: available || any,
    found: available ? [v, licence, note].filter(Boolean).join(', ') : `not there${note ? ` (${note})` : ''}`,
    advice: any ? null : advice,
  }));
}

async function disk(data: string): Promise<Finding> {
  const at = await nearestFolder(path.resolve(data));
  try {
    const { bavail, bsize } = await fs.statfs(at);
    await fs.access(at, fs.constants.W_OK);
    const free = bavail * bsize;
    const found = `${(free / 1024 ** 3).toFixed(1)} GiB free at ${at}`;
    const fine = free >= LOW_DISK;
    return {
      what: 'disk',
      fine,
      found,
      advice: fine ? null : 'Make room, or choose another place with --data.',
    };
  } catch (error) {
    return {
      what: 'disk',
      fine: false,
      found: messageOf(error),
      advice: `Make ${at} writable, or choose another --data.`,
    };
  }
}

async function nearestFolder(folder: string): Promise<string> {
  const there = await fs.stat(folder).catch(() => null);
  return there || folder === path.dirname(folder) ? folder : nearestFolder(path.dirname(folder));
}

async function index(data: string): Promise<Finding> {
  let what = 'reference index';
  try {
    const config = configFrom(process.env);
    what += config.elasticsearch === null ? ' (embedded)' : ' (Elasticsearch)';
    const opened = await openIndex({ ...config, elasticsearchWait: 0 }, data);
    const { assets, references, hours, segments } = await opened.stats();
    await opened.close();
    const found = `${assets} assets, ${references} references, ${hours.toFixed(1)} h in ${segments} segments`;
    return { what, fine: true, found, advice: null };
  } catch (error) {
    return { what, fine: false, found: messageOf(error), advice: null };
  }
}

async function bus(data: string): Promise<Finding> {
  const what = 'bus';
  try {
    return { what, fine: true, found: await describeBus(configFrom(process.env), data), advice: null };
  } catch (error) {
    return { what, fine: false, found: messageOf(error), advice: null };
  }
}

function detections(data: string): Finding {
  const what = 'detection store (embedded)';
  try {
    const store = DetectionStore.openReader(data);
    const found = store
      ? `${store.find({}).length} detections on ${store.streams().length} streams`
      : 'empty';
    store?.close();
    return { what, fine: true, found, advice: null };
  } catch (error) {
    return { what, fine: false, found: messageOf(error), advice: null };
  }
}
