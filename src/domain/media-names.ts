import { extname } from 'node:path';

const MEDIA_EXTENSIONS = new Set(
  (
    '.3gp .aac .ac3 .aif .aiff .asf .avi .dv .eac3 .f4v .flac .flv .m2ts .m2v .m4a .m4s .m4v .mka .mkv .mov .mp2 .mp3 .mp4 ' +
    '.mpeg .mpg .mts .mxf .nut .oga .ogg .ogv .opus .ts .vob .wav .webm .wma .wmv .cmfv .cmfa'
  ).split(' '),
);

/** Whether a file's name says that it is media. */
export function hasMediaName(name: string): boolean {
  return MEDIA_EXTENSIONS.has(extname(name).toLowerCase());
}

const collator = new Intl.Collator('en', { numeric: true });

/** The order in which people count: `part2` before `part10`. */
export function naturalOrder(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
