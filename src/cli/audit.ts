import type { Command } from 'commander';
import type { Access } from '../access/access.js';
import { StreamprintError } from '../domain/errors.js';
import { withAccess } from './access.js';
import { print, printJson, table } from './output.js';
import { count } from './values.js';

interface Options {
  readonly data: string;
  readonly json?: boolean;
  readonly limit: number;
  readonly expect?: string;
}

export function auditCommand(program: Command): void {
  const audit = program.command('audit').description('who changed what, and who looked at evidence');
  audit
    .command('list')
    .description('entries, the newest first')
    .option('--limit <number>', 'so many at most', count, 50)
    .option('--json', 'one JSON object an entry')
    .action((_: unknown, command: Command) => withAccess(command, list));
  audit
    .command('verify')
    .description('whether each entry is as it was written, and none is missing')
    .option(
      '--expect <seq:hash>',
      'an entry that was there, as noted elsewhere: shows whether the end was cut off',
    )
    .option('--json', 'as a JSON object')
    .action((_: unknown, command: Command) => withAccess(command, verify));
}

function list(access: Access, { json, limit }: Options): void {
  const entries = access.audit.list({}, limit);
  if (json) for (const entry of entries) printJson(entry);
  else {
    const rows = entries.map(({ seq, time, actor, action, target }) => [
      String(seq),
      time,
      actor,
      action,
      target,
    ]);
    print(table(['seq', 'time', 'who', 'what', 'to what'], rows));
  }
}

function verify(access: Access, { json, expect }: Options): void {
  const { entries, last, problem } = access.audit.verify(expect === undefined ? null : expected(expect));
  const { begun } = access.audit;
  if (json) printJson({ entries, last: last && { seq: last.seq, hash: last.hash }, problem, begun });
  else if (problem === null)
    print(
      last ? `${entries} entries, as they were written; the last: ${last.seq}:${last.hash}` : 'no entries',
    );
  else print(problem);
  if (!json && begun > 0)
    print(
      `${begun} ${begun === 1 ? 'change was' : 'changes were'} begun and not yet told: under way now, or left by a ` +
        'service that was stopped, which tells of them when it starts again',
    );
  if (problem !== null) process.exitCode = 1;
}

function expected(text: string) {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (!seq || !hash)
    throw new StreamprintError(
      'SP_USAGE',
      `--expect is SEQ:HASH as \`audit verify\` prints it, not ${text}.`,
    );
  return { seq: Number(seq), hash };
}
