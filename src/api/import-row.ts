import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import type { InputProblem } from '../rights/asset-input.js';
import type { ImportedAsset } from '../rights/import-runner.js';
import { AssetChanges, NewAssetId } from './asset-schema.js';
import { exactly, Text } from './route.js';
import { fieldsIn } from './validation.js';

/** A row of a table of assets, a line of JSON lines: what can be said of an asset, and where its media lie. */
const ImportedRow = exactly({
  assetId: NewAssetId,
  ...AssetChanges.properties,
  url: Type.Optional(Text(4096, 'Where its media are fetched')),
});
const row = Compile(ImportedRow);

/** What a row says, or which of its fields are of another type than they must be. */
export function importedRow(value: unknown): ImportedAsset | readonly InputProblem[] {
  if (row.Check(value)) return value;
  return fieldsIn(row.Errors(value) as TLocalizedValidationError[]).map(({ pointer, detail }) => ({
    pointer,
    detail: `${pointer.slice(1) || 'The row'} ${detail}.`,
  }));
}
