import fs from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CLIENT_FILE, generatedClient } from './generate-client.js';

describe('the client of the pages', () => {
  it('is what /openapi.json says; `npm run client` writes it again', async () => {
    expect(await fs.readFile(CLIENT_FILE, 'utf8')).toBe(await generatedClient());
  });
});
