import fs from 'node:fs';
import path from 'node:path';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { codeOf } from '../storage/disk-errors.js';
import { writeWhole } from '../storage/durable-files.js';

const Mark = Type.Object({
  log: Type.String({ description: 'Of the topic that was followed' }),
  next: Type.Integer({ minimum: 0, description: 'Offset to go on with: all before it is in the index' }),
  at: Type.Number({
    description: 'ms UTC: when there was nothing between that offset and the end of the topic',
  }),
  whole: Type.Boolean({ description: 'Nothing was passed over' }),
});
/** How far a topic was followed: stored after what it speaks of, so that at worst something is read again. */
export type Mark = Static<typeof Mark>;

const validator = Compile(Mark);
const fileIn = (directory: string): string => path.join(directory, 'followed.json');

/** null = there is none, or it cannot be read: then everything is read again. */
export function readMark(directory: string): Mark | null {
  try {
    const mark: unknown = JSON.parse(fs.readFileSync(fileIn(directory), 'utf8'));
    return validator.Check(mark) ? mark : null;
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

export function writeMark(directory: string, mark: Mark): void {
  writeWhole(fileIn(directory), [Buffer.from(JSON.stringify(mark))]);
}
