import { describe, expect, it } from 'vitest';
import { MessageError } from '../../src/transport/message-error.js';
import { validContent } from '../../src/transport/validate.js';
import { lost, segment } from './support.js';

/** What is said of a segment in which one thing is changed. */
function complaint(change: (content: Record<string, unknown>) => void): { field: string; message: string } {
  const content = { ...structuredClone(segment('one', 3).draft.content), blob: null };
  change(content);
  try {
    validContent('segment/1', content);
  } catch (error) {
    if (error instanceof MessageError) return { field: error.field, message: error.message };
    throw error;
  }
  throw new Error('It was taken');
}

const at = (content: Record<string, unknown>, name: string) => content[name] as Record<string, unknown>;

describe('the content of a message', () => {
  it('is taken as it is when it keeps the contract', () => {
    const content = { ...segment('one', 3).draft.content, blob: null };
    expect(validContent('segment/1', content)).toBe(content);
    expect(validContent('lost/1', lost('one', 3, 2).content)).toMatchObject({ count: 2 });
  });

  it('is refused with the field that is wrong, and what it should be', () => {
    expect(complaint((content) => delete content.probe)).toEqual({
      field: 'probe',
      message: 'probe is missing.',
    });
    expect(complaint((content) => delete at(content, 'media').last)).toEqual({
      field: 'media.last',
      message: 'media.last is missing.',
    });
    expect(complaint((content) => Object.assign(at(content, 'source'), { colour: 'red' }))).toEqual({
      field: 'source.colour',
      message: 'source.colour is not a field of this message.',
    });
    expect(complaint((content) => Object.assign(content, { carries: 'video' }))).toEqual({
      field: 'carries',
      message: 'carries must be one of both, audio.',
    });
    expect(complaint((content) => Object.assign(content, { sha256: 'AB' }))).toEqual({
      field: 'sha256',
      message: 'sha256 must be 64 hexadecimal digits in lower case.',
    });
    expect(complaint((content) => Object.assign(at(content, 'source'), { country: 'nl' }))).toEqual({
      field: 'source.country',
      message: 'source.country must be an ISO 3166 code of two letters, or null.',
    });
    expect(complaint((content) => Object.assign(at(content, 'source'), { redirects: [''] })).field).toBe(
      'source.redirects.0',
    );
    expect(complaint((content) => Object.assign(content, { blob: { store: 'files', key: '../x' } }))).toEqual(
      {
        field: 'blob.key',
        message: 'blob.key must be lower-case letters, digits and dashes, in parts between slashes.',
      },
    );
  });

  it('is refused when it is none', () => {
    for (const value of [null, 7, 'segment', []])
      expect(() => validContent('segment/1', value)).toThrow('value must be of type object.');
  });
});
