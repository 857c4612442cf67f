import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePlaylist } from '../../src/capture/hls/playlist.js';
import type { MasterPlaylist, MediaPlaylist } from '../../src/capture/hls/playlist-types.js';
import { rankVariants } from '../../src/capture/hls/variant.js';
import { PlaylistCursor } from '../../src/capture/hls/window.js';
import { StreamprintError } from '../../src/domain/errors.js';

function media(...lines: string[]): MediaPlaylist {
  const playlist = parsePlaylist(['#EXTM3U', ...lines].join('\r\n'), 'test');
  if (playlist.kind !== 'media') throw new Error('not a media playlist');
  return playlist;
}

function master(...lines: string[]): MasterPlaylist {
  const playlist = parsePlaylist(['#EXTM3U', ...lines].join('\n'), 'test');
  if (playlist.kind !== 'master') throw new Error('not a master playlist');
  return playlist;
}

describe('a media playlist', () => {
  test('gives segments with numbers, durations, ranges, keys, init sections and gaps', () => {
    const { segments, targetDuration, ended } = media(
      '#EXT-X-TARGETDURATION:4',
      '#EXT-X-MEDIA-SEQUENCE:7',
      '#EXT-X-MAP:URI="init.mp4",BYTERANGE="100@5"',
      '#EXTINF:3.5,',
      '#EXT-X-BYTERANGE:1000@105',
      'all.mp4',
      '#EXT-X-KEY:METHOD=AES-128,URI="k?a=1,2",IV=0x0f',
      '#EXTINF:4,title, with comma',
      '#EXT-X-BYTERANGE:500',
      'all.mp4',
      '#EXT-X-KEY:METHOD=NONE',
      '#EXT-X-GAP',
      '#EXTINF:4,',
      'b.mp4',
      '#EXT-X-ENDLIST',
    );
    expect(targetDuration).toBe(4);
    expect(ended).toBe(true);
    expect(segments.map(({ sequence, duration, range }) => ({ sequence, duration, range }))).toEqual([
      { sequence: 7, duration: 3.5, range: { offset: 105, length: 1000 } },
      { sequence: 8, duration: 4, range: { offset: 1105, length: 500 } },
      { sequence: 9, duration: 4, range: null },
    ]);
    expect(segments[0]?.map).toEqual({ uri: 'init.mp4', range: { offset: 5, length: 100 }, key: null });
    const iv = Buffer.alloc(16);
    iv[15] = 0x0f;
    expect(segments.map(({ key }) => key)).toEqual([null, { method: 'AES-128', uri: 'k?a=1,2', iv }, null]);
    expect(segments.map(({ gap }) => gap)).toEqual([false, false, true]);
  });

  test('of several keys in a row takes the plain one, wherever it stands', () => {
    const { segments } = media(
      '#EXT-X-TARGETDURATION:4',
      '#EXT-X-KEY:METHOD=AES-128,URI="plain"',
      '#EXT-X-KEY:METHOD=AES-128,URI="x",KEYFORMAT="com.microsoft.playready"',
      '#EXTINF:4,',
      'a.ts',
      '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="com.apple.streamingkeydelivery"',
      '#EXTINF:4,',
      'b.ts',
    );
    expect(segments.map(({ key }) => key?.method)).toEqual(['AES-128', 'unsupported']);
  });

  test.each([
    ['nothing at all', '#EXTM3U\n'],
    ['single pictures', '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-I-FRAMES-ONLY\n#EXTINF:4,\na.ts'],
    ['a line without end', `#EXTM3U\n#EXTINF:4,${'x'.repeat(100_000)}\na.ts`],
    ['too many segments', `#EXTM3U\n#EXT-X-TARGETDURATION:4\n${'#EXTINF:4,\na\n'.repeat(100_001)}`],
  ])('that holds %s is refused', (_, text) => {
    expect(() => parsePlaylist(text, 'list')).toThrow(expect.objectContaining({ code: 'SP_PLAYLIST' }));
  });

  test('of any content is read or refused, and changes nothing outside', () => {
    const word = fc.constantFrom(
      ...['#EXTM3U', '#EXTINF:', '#EXT-X-KEY:', '#EXT-X-MAP:', '#EXT-X-MEDIA:', '#EXT-X-STREAM-INF:'],
      ...['METHOD=AES-128', 'URI="', 'TYPE=__proto__', 'TYPE=AUDIO', 'GROUP-ID=__proto__', 'NAME=polluted'],
      ...['#EXT-X-BYTERANGE:', '#EXT-X-MEDIA-SEQUENCE:', '#EXT-X-PROGRAM-DATE-TIME:', 'IV=0x', '1e99', '-1'],
      ...[
        '#EXT-X-DATERANGE:ID=__proto__',
        'BANDWIDTH=',
        'RESOLUTION=',
        '@',
        ',',
        '=',
        '"',
        '\n',
        '\r\n',
        'a.ts',
      ],
    );
    const line = fc.array(fc.oneof(word, fc.string()), { maxLength: 40 });
    fc.assert(
      fc.property(line, (words) => {
        try {
          const playlist = parsePlaylist(words.join(''), 'list');
          expect(['media', 'master']).toContain(playlist.kind);
        } catch (error) {
          expect(error).toBeInstanceOf(StreamprintError);
        }
        expect('polluted' in {}).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('cannot plant properties in every object through the names of its renditions', () => {
    parsePlaylist(
      [
        '#EXTM3U',
        '#EXT-X-MEDIA:TYPE=__proto__,GROUP-ID=polluted,NAME=polluted',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=__proto__,NAME=polluted',
        '#EXT-X-STREAM-INF:BANDWIDTH=1',
        'a.m3u8',
      ].join('\n'),
      'list',
    );
    expect('polluted' in {}).toBe(false);
  });
});

describe('of a master playlist', () => {
  const variant = (size: string, bandwidth: number, uri: string) => [
    `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth}${size && `,RESOLUTION=${size}`},CODECS="avc1.4d401f,mp4a.40.2"`,
    uri,
  ];

  test('the variant nearest 720 lines is taken, of two alike the one with more bits', () => {
    const ranked = rankVariants(
      master(
        ...variant('1920x1080', 5_000_000, 'high'),
        ...variant('1280x720', 2_000_000, 'good'),
        ...variant('1280x720', 3_000_000, 'better'),
        ...variant('640x360', 800_000, 'low'),
      ),
    );
    expect(ranked.map((choice) => choice.variant.uri)).toEqual(['better', 'good', 'high', 'low']);
    expect(ranked[0]?.description).toContain('1280×720, 3000 kbit/s of 4');
  });

  test('without sizes the bandwidth decides, and sound alone comes last', () => {
    const ranked = rankVariants(
      master(
        '#EXT-X-STREAM-INF:BANDWIDTH=2500000,CODECS="mp4a.40.2"',
        'sound',
        ...variant('', 9_000_000, 'high'),
        ...variant('', 2_000_000, 'good'),
      ),
    );
    expect(ranked.map((choice) => choice.variant.uri)).toEqual(['good', 'high', 'sound']);
  });

  test("the group's default sound is taken when it has an address of its own", () => {
    const ranked = rankVariants(
      master(
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",URI="en.m3u8"',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Español",DEFAULT=YES,URI="es.m3u8"',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="b",NAME="Inside",DEFAULT=YES',
        '#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=1280x720,AUDIO="a"',
        'with-group-a',
        '#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=640x360,AUDIO="b"',
        'with-group-b',
      ),
    );
    expect(ranked.map(({ audio }) => audio?.uri ?? null)).toEqual(['es.m3u8', null]);
  });
});

describe('a reader of a moving playlist', () => {
  const window = (first: number, count: number, prefix = '', ended = false): MediaPlaylist => ({
    kind: 'media',
    targetDuration: 1,
    firstSequence: first,
    ended,
    segments: Array.from({ length: count }, (_, index) => ({
      uri: `${prefix}${first + index}`,
      sequence: first + index,
      duration: 1,
      range: null,
      discontinuity: false,
      gap: false,
      programDateTime: null,
      key: null,
      map: null,
    })),
  });
  /** What each playlist in turn brings, all of it taken. */
  function follow(...playlists: MediaPlaylist[]) {
    const cursor = new PlaylistCursor();
    return playlists.map((playlist) => {
      const { segments, missed, restarted } = cursor.plan(playlist);
      for (const segment of segments) cursor.advance(segment);
      return `${missed ? `${missed} missed, ` : ''}${restarted ? 'anew: ' : ''}${segments.map((s) => s.uri)}`;
    });
  }

  test('takes the newest of a live one and all of a recording', () => {
    expect(follow(window(5, 3), window(6, 3), window(6, 3))).toEqual(['7', '8', '']);
    expect(follow(window(0, 3, '', true))).toEqual(['0,1,2']);
  });

  test('counts what it missed', () => {
    expect(follow(window(5, 3), window(10, 2))).toEqual(['7', '2 missed, 10,11']);
  });

  test('is not misled by an old copy of the playlist', () => {
    expect(follow(window(5, 3), window(6, 3), window(5, 3), window(7, 3))).toEqual(['7', '8', '', '9']);
  });

  test('follows a numbering that starts anew, down or far up', () => {
    expect(follow(window(500, 3), window(0, 2, 'n'), window(1, 2, 'n'))).toEqual([
      '502',
      'anew: n0,n1',
      'n2',
    ]);
    expect(follow(window(5, 3), window(90_000, 2, 'n'))).toEqual(['7', 'anew: n90000,n90001']);
  });

  test('notices a new numbering that uses the old names again', () => {
    const steps = follow(window(0, 3), window(1, 3), window(2, 3), window(0, 3), window(1, 2), window(1, 3));
    expect(steps.slice(0, 3)).toEqual(['2', '3', '4']);
    const again = follow(window(0, 9, '', true), window(0, 2), window(0, 3), window(0, 4), window(0, 5));
    expect(again).toEqual(['0,1,2,3,4,5,6,7,8', '', '', 'anew: 3', '4']);
  });

  test('follows a playlist without numbers by the names of its segments', () => {
    const unnumbered = (...uris: string[]): MediaPlaylist => {
      const { segments, ...rest } = window(0, uris.length);
      return { ...rest, segments: segments.map((segment, i) => ({ ...segment, uri: uris[i] ?? '' })) };
    };
    expect(follow(unnumbered('a', 'b'), unnumbered('b', 'c'), unnumbered('c', 'd'))).toEqual(['b', 'c', 'd']);
  });
});
