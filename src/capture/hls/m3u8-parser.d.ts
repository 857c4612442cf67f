/** The part of m3u8-parser 7 that playlist.ts uses; the package has no types of its own. */
declare module 'm3u8-parser' {
  export interface ParsedSegment {
    readonly uri: string;
    readonly duration?: number;
    readonly discontinuity?: boolean;
    readonly byterange?: { readonly length?: number; readonly offset?: number };
    readonly dateTimeString?: string;
    /** ms since 1970; may be NaN. */
    readonly programDateTime?: number;
    readonly attributes?: Readonly<Record<string, unknown>>;
    readonly custom?: Readonly<Record<string, unknown>>;
  }

  export interface Manifest {
    readonly segments: readonly ParsedSegment[];
    readonly playlists?: readonly ParsedSegment[];
    readonly endList?: boolean;
    readonly playlistType?: string;
    readonly targetDuration?: number;
    readonly mediaSequence?: number;
    readonly iFramesOnly?: boolean;
  }

  export class Parser {
    readonly manifest: Manifest;
    push(text: string): void;
    end(): void;
    addParser(options: {
      expression: RegExp;
      customType: string;
      dataParser: (line: string) => unknown;
      segment: boolean;
    }): void;
  }
}
