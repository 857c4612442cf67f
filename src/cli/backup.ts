import type { Command } from 'commander';
import { backUp } from '../backup/backup.js';
import type { Manifest } from '../backup/manifest.js';
import { restore } from '../backup/restore.js';
import { print, printJson } from './output.js';

interface Options {
  readonly data: string;
  readonly json?: boolean;
}

export function backupCommands(program: Command): void {
  program
    .command('backup')
    .description('copy the data directory to where it can be restored from, also while it is in use')
    .argument('<folder>', 'that is not there yet, or is empty')
    .option('--json', 'one JSON object')
    .action(async (target: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      say('backed up', target, await backUp({ data: options.data, target, now: Date.now }), options);
    });
  program
    .command('restore')
    .description('make the data directory of a backup')
    .argument('<folder>', 'that `backup` has written')
    .option('--json', 'one JSON object')
    .action(async (from: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      say('restored', options.data, await restore({ from, data: options.data }), options);
    });
}

function say(what: string, where: string, { files, at }: Manifest, { json }: Options): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (json) printJson({ what, where, at, files: files.length, bytes });
  else print(`${what}: ${files.length} files, ${(bytes / 2 ** 20).toFixed(1)} MiB, to ${where}, as of ${at}`);
}
