import { spawnSync } from 'node:child_process';
import fs from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { OpenApiDocument } from '../../src/api/openapi/document.js';
import { startService } from '../support/service.js';
import { clientTypes } from './client-types.js';
import { OPERATIONS } from './operations.js';

const root = new URL('../../../', import.meta.url);

/** Where the pages have it. */
export const CLIENT_FILE = fileURLToPath(new URL('src/web/api/schema.ts', root));

/** The file, as the service's own document would have it now. */
export async function generatedClient(): Promise<string> {
  const service = await startService();
  try {
    const response = await fetch(`${service.url}/openapi.json`);
    return formatted(clientTypes((await response.json()) as OpenApiDocument, OPERATIONS));
  } finally {
    await service.close();
  }
}

function formatted(text: string): string {
  const biome = fileURLToPath(new URL('node_modules/@biomejs/biome/bin/biome', root));
  const done = spawnSync(process.execPath, [biome, 'format', '--stdin-file-path', CLIENT_FILE], {
    input: text,
    encoding: 'utf8',
    cwd: fileURLToPath(root),
  });
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await fs.writeFile(CLIENT_FILE, await generatedClient());
