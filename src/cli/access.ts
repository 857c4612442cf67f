import type { Command } from 'commander';
import { Access } from '../access/access.js';

/** Opens users, keys and the audit log of the data directory that a command is given, and closes them after the work. */
export async function withAccess<Options extends { readonly data: string }>(
  command: Command,
  work: (access: Access, options: Options) => void,
): Promise<void> {
  const options = command.optsWithGlobals<Options>();
  const access = await Access.open(options.data);
  try {
    work(access, options);
  } finally {
    access.close();
  }
}
