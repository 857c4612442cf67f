import Type, { type Static } from 'typebox';
import { MAX_EXCLUDED } from '../domain/catalogue.js';
import { type AssetInput, checkedFacts, LONGEST_REFERENCE } from '../rights/asset-input.js';
import { ASSET_STATES, type AssetFacts, type AssetRecord, POLICIES } from '../rights/asset-record.js';
import { ProblemError } from './problem.js';
import { exactly, orNull, Text, Time, timeOf } from './route.js';

/** Of an asset that was made over the API; those registered otherwise may have any. */
export const NewAssetId = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9 ._:()+-]{0,199}$',
  description: 'Unique in its catalogue',
});

const Day = Type.Union([Type.String({ format: 'date' }), Type.String({ format: 'date-time' }), Type.Null()], {
  description: 'A date or a time, ISO 8601; null = open',
});
const Territories = Type.Array(Type.String({ maxLength: 6 }), {
  maxItems: 300,
  description: 'ISO 3166: `CH`, `US-CA`',
});
const Seconds = Type.Number({ minimum: 0, maximum: LONGEST_REFERENCE, description: 's' });
const Identifier = (description: string) => orNull(Type.String({ maxLength: 60, description }));

/** What can be said of an asset. */
const FACTS = {
  title: Text(10_000, 'In the language of the work'),
  titles: Type.Record(
    Type.String({ pattern: '^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$' }),
    Text(10_000, 'A title'),
    {
      maxProperties: 200,
      additionalProperties: false,
      description: 'By language (BCP 47)',
    },
  ),
  eidr: Identifier('EIDR, held to its check character'),
  isan: Identifier('ISAN, held to its check characters'),
  isrc: Identifier('ISRC'),
  rightsHolder: orNull(Text(500, 'Who holds the rights')),
  territories: Territories,
  licenceWindows: Type.Array(exactly({ from: Day, to: Day, territories: Territories }), {
    maxItems: 1000,
    description: 'When and where it is licensed',
  }),
  excluded: Type.Array(exactly({ start: Seconds, end: Seconds }), {
    maxItems: MAX_EXCLUDED,
    description: "Stretches of its references that are others' material: they never claim",
  }),
  policy: Type.Enum([...POLICIES], { description: 'What is done when it is found: `alert`, if absent' }),
};

const { title, ...others } = FACTS;
const OPTIONAL = {
  titles: Type.Optional(others.titles),
  eidr: Type.Optional(others.eidr),
  isan: Type.Optional(others.isan),
  isrc: Type.Optional(others.isrc),
  rightsHolder: Type.Optional(others.rightsHolder),
  territories: Type.Optional(others.territories),
  licenceWindows: Type.Optional(others.licenceWindows),
  excluded: Type.Optional(others.excluded),
  policy: Type.Optional(others.policy),
};

export const NewAsset = exactly({
  catalogue: Type.String({ minLength: 1, maxLength: 100 }),
  id: Type.Optional(NewAssetId),
  title,
  ...OPTIONAL,
});

export const AssetChanges = Type.Object(
  { title: Type.Optional(title), ...OPTIONAL },
  { additionalProperties: false, minProperties: 1 },
);

export const AssetShown = Type.Object(
  {
    catalogue: Type.String(),
    id: Type.String(),
    title: Type.String(),
    titles: Type.Record(Type.String(), Type.String()),
    eidr: orNull(Type.String()),
    isan: orNull(Type.String()),
    isrc: orNull(Type.String()),
    rightsHolder: orNull(Type.String()),
    territories: Type.Array(Type.String()),
    licenceWindows: Type.Array(
      Type.Object({
        from: orNull(Type.String()),
        to: orNull(Type.String()),
        territories: Type.Array(Type.String()),
      }),
    ),
    excluded: Type.Array(Type.Object({ start: Type.Number(), end: Type.Number() })),
    policy: Type.Enum([...POLICIES]),
    references: Type.Integer({ minimum: 0, description: 'How many it has' }),
    state: Type.Enum([...ASSET_STATES], { description: '`ready`: it is found where it is shown' }),
    createdAt: Time,
    updatedAt: Time,
  },
  { $id: 'Asset' },
);

/** What was said of an asset, checked. @throws 400 that points at each field that cannot be used */
export function factsFrom<T extends AssetInput>(input: T): Partial<AssetFacts> {
  const { facts, problems } = checkedFacts(input);
  const [first] = problems;
  if (!first) return facts;
  throw new ProblemError('unprocessable', first.detail, { pointer: first.pointer, errors: problems });
}

export function shownAsset(asset: AssetRecord): Static<typeof AssetShown> {
  const { version: _, createdAt, updatedAt, ...rest } = asset;
  const { territories, licenceWindows, excluded, titles } = rest;
  return {
    ...rest,
    titles: { ...titles },
    territories: [...territories],
    licenceWindows: licenceWindows.map((window) => ({ ...window, territories: [...window.territories] })),
    excluded: excluded.map(({ start, end }) => ({ start, end })),
    createdAt: timeOf(createdAt),
    updatedAt: timeOf(updatedAt),
  };
}
