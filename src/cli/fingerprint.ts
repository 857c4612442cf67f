import path from 'node:path';
import type { Command } from 'commander';
import { FINGERPRINT_SUFFIX, writeFingerprintFile } from '../catalogue/fingerprint-file.js';
import { digestOf, referenceTask } from '../catalogue/register-media.js';
import { version } from '../version.js';
import { clock, print, printJson, tell } from './output.js';
import { startPool } from './services.js';

interface Options {
  readonly output?: string;
  readonly json?: boolean;
}

export function fingerprintCommand(program: Command): void {
  program
    .command('fingerprint')
    .description(
      'write the fingerprint of media into a file, to be registered elsewhere: the media stay here',
    )
    .argument('<file>', 'a media file')
    .option('-o, --output <file.spf>', 'where to write it; beside the media unless given')
    .option('--json', 'as a JSON object')
    .action((file: string, _: unknown, command: Command) =>
      fingerprint(file, command.optsWithGlobals<Options>()),
    );
}

async function fingerprint(file: string, { output, json }: Options): Promise<void> {
  const { name, dir } = path.parse(file);
  const target = output ?? path.join(dir, name + FINGERPRINT_SUFFIX);
  const { size, digest } = await digestOf(file, file);
  const pool = await startPool();
  try {
    const { fingerprint, report } = await pool.run(referenceTask(file));
    const facts = {
      // The folder that it lies in is nobody else's business.
      source: path.basename(file),
      sourceBytes: size,
      sourceSha256: digest,
      missing: report.missing,
      madeBy: `streamprint ${version}`,
    };
    writeFingerprintFile(target, facts, fingerprint);
    const { duration } = fingerprint;
    for (const warning of json ? [] : report.warnings) tell(`${file}: ${warning}`);
    if (json) printJson({ input: file, output: target, duration, notes: report.warnings });
    else print(`${target}  ${clock(duration)}`);
  } finally {
    await pool.close();
  }
}
