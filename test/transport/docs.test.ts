import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readDeadLetter } from '../../src/transport/dead-letter.js';
import { LETTER_HEADER } from '../../src/transport/record.js';
import { SEGMENT_NAMESPACE, segmentIdOf } from '../../src/transport/segment-id.js';
import { TOPIC_NAMES } from '../../src/transport/topics.js';
import { validContent } from '../../src/transport/validate.js';

const page = fs.readFileSync(fileURLToPath(new URL('../../../docs/messages.md', import.meta.url)), 'utf8');
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1]!);

describe('docs/messages.md', () => {
  it('shows a segment that is one, with its id', () => {
    const content = validContent('segment/1', JSON.parse(examples[0]!));
    expect(content.id).toBe(segmentIdOf(content.stream.id, content.capture.start, content.sha256));
    expect(page).toContain(`namespace \`${SEGMENT_NAMESPACE}\``);
  });

  it('shows a dead letter that is one', () => {
    expect(readDeadLetter({ [LETTER_HEADER]: examples[1]! })).toMatchObject({ attempts: 1 });
  });

  it('names every topic', () => {
    for (const topic of TOPIC_NAMES) expect(page).toContain(`| \`${topic}\` |`);
  });
});
