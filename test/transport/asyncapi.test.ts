import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { asyncApi } from './asyncapi.js';

const file = fileURLToPath(new URL('../../../docs/messages.yaml', import.meta.url));

describe('docs/messages.yaml', () => {
  it('says what the program checks with', async () => {
    await expect(asyncApi()).toMatchFileSnapshot(file);
  });
});
