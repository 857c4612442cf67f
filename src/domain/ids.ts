/** Identifiers are branded strings: one kind is never taken for another. */
declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** Unique within a catalogue. */
export type AssetId = Branded<string, 'AssetId'>;
/** UUIDv5 of catalogue, asset id and the digest of the media. */
export type ReferenceId = Branded<string, 'ReferenceId'>;
/** SHA-256 of the media that was fingerprinted, in hex: references to the same bytes share it. */
export type FingerprintId = Branded<string, 'FingerprintId'>;
export type StreamId = Branded<string, 'StreamId'>;
/** UUIDv5 of stream, catalogue, asset and start of the first match. */
export type DetectionId = Branded<string, 'DetectionId'>;
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type UtcMillis = Branded<number, 'UtcMillis'>;

export const assetId = (s: string) => s as AssetId;
export const fingerprintId = (s: string) => s as FingerprintId;
export const referenceId = (s: string) => s as ReferenceId;
export const streamId = (s: string) => s as StreamId;
export const detectionId = (s: string) => s as DetectionId;
export const utcMillis = (n: number) => n as UtcMillis;
