import { openEmbeddedIndex, openEmbeddedIndexWriter } from '../../../src/reference-index/embedded/index.js';
import type { ReferenceIndex } from '../../../src/reference-index/reference-index.js';
import { describeReferenceIndex } from '../contract.js';
import { removeDirectory, temporaryDirectory } from '../temporary.js';

describeReferenceIndex('embedded', async () => {
  const directory = temporaryDirectory();
  const writer = await openEmbeddedIndexWriter(directory);
  const readers: ReferenceIndex[] = [];
  return {
    writer,
    directory,
    openReader: async () => {
      const reader = await openEmbeddedIndex(directory);
      readers.push(reader);
      return reader;
    },
    dispose: async () => {
      for (const reader of readers) await reader.close();
      await writer.close();
      removeDirectory(directory);
    },
  };
});
