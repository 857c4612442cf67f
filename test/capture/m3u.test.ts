import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isHls } from '../../src/capture/document.js';
import { parseChannelList } from '../../src/capture/m3u.js';
import { StreamIds } from '../../src/capture/stream-ids.js';
import { shortDigest, slug } from '../../src/domain/slug.js';

function only(...lines: string[]) {
  const { channels, notes } = parseChannelList(['#EXTM3U', ...lines].join('\n'));
  expect(notes).toEqual([]);
  expect(channels).toHaveLength(1);
  const [channel] = channels;
  if (channel === undefined) throw new Error('no channel');
  return channel;
}

describe('a channel list', () => {
  test('gives id, name, group and address of each channel, whatever the line ends are', () => {
    const text =
      '\uFEFF#EXTM3U x-tvg-url="http://guide"\r\n' +
      '#EXTINF:-1 tvg-id="one.tv" tvg-name="One" tvg-logo="l.png" group-title="News",One HD\r\n' +
      'http://a.example/1.m3u8\r\n' +
      '\r\n#EXTINF:0,Two\r\n#EXTGRP:Films\r\nhttp://a.example/2.m3u8\r\n' +
      'http://a.example/three.m3u8?token=secret';
    const { channels, notes } = parseChannelList(text);
    expect(notes).toEqual([]);
    expect(channels.map(({ tvgId, name, group, reference }) => [tvgId, name, group, reference])).toEqual([
      ['one.tv', 'One HD', 'News', 'http://a.example/1.m3u8'],
      ['', 'Two', 'Films', 'http://a.example/2.m3u8'],
      ['', 'three.m3u8', '', 'http://a.example/three.m3u8?token=secret'],
    ]);
  });

  test.each([
    ['a comma inside quotes', 'tvg-id="a" group-title="X, Y",Name, more', 'a', 'X, Y', 'Name, more'],
    ['quotes inside quotes', 'tvg-id="a" group-title="The "Best" of",Name', 'a', 'The "Best" of', 'Name'],
    ['single quotes', "tvg-id='a' group-title='G',Name", 'a', 'G', 'Name'],
    ['no quotes', 'tvg-id=a group-title=G,Name', 'a', 'G', 'Name'],
    ['an open quote', 'tvg-id="a" group-title="G,Name', 'a', 'G', 'Name'],
    ['spaces around', 'tvg-id = "a"   group-title="G" , Name ', 'a', 'G', 'Name'],
    ['capitals', 'TVG-ID="a" Group-Title="G",Name', 'a', 'G', 'Name'],
    ['no name', 'tvg-id="a" tvg-name="Other" group-title="G"', 'a', 'G', 'Other'],
  ])('with %s is understood', (_, attributes, tvgId, group, name) => {
    expect(only(`#EXTINF:-1 ${attributes}`, 'http://x/1')).toMatchObject({ tvgId, group, name });
  });

  test('asks for headers behind the address and in options of its own', () => {
    expect(
      only(
        '#EXTINF:-1,A',
        '#EXTVLCOPT:http-user-agent=Box/1.0',
        '#EXTVLCOPT:http-referrer=http://site/',
        '#EXTVLCOPT:network-caching=1000',
        'http://x/1|Referer=http%3A%2F%2Fother%2F&Host=evil&X-Odd=1',
      ),
    ).toMatchObject({
      reference: 'http://x/1',
      headers: { 'user-agent': 'Box/1.0', referer: 'http://other/' },
    });
  });

  test('names the lines that it could not use', () => {
    const { channels, notes } = parseChannelList(
      '#EXTM3U\n#EXTINF:-1,Lonely\n#EXTINF:-1,B\nhttp://b\n#EXTINF:-1,C',
    );
    expect(channels.map(({ name }) => name)).toEqual(['B']);
    expect(notes).toEqual(['line 2: no address follows "Lonely"', 'line 5: no address follows "C"']);
  });

  test('of fifty thousand channels is read whole', () => {
    const text = Array.from({ length: 50_000 }, (_, n) => `#EXTINF:-1 tvg-id="c${n}",C ${n}\nhttp://h/${n}`);
    expect(parseChannelList(text.join('\n')).channels).toHaveLength(50_000);
  });

  test('is told from an HLS playlist', () => {
    expect(isHls('#EXTM3U\n#EXTINF:-1 tvg-id="a",A\nhttp://x')).toBe(false);
    expect(isHls('#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\na.ts')).toBe(true);
  });

  test('of any content is read without failing, within bounds', () => {
    const part = fc.constantFrom(
      ...[
        '#EXTINF:',
        '-1',
        ' tvg-id=',
        '"',
        "'",
        ',',
        'group-title="',
        '#EXTGRP:',
        '#EXTVLCOPT:http-user-agent=',
      ],
      ...['\n', '\r\n', '|', '&', 'User-Agent=', '%', 'http://x/', '\u0000', ' ', '='],
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        const { channels, notes } = parseChannelList(text);
        const lines = text.split(/\r\n|\n|\r/).length;
        expect(channels.length).toBeLessThanOrEqual(lines);
        expect(notes.length).toBeLessThanOrEqual(lines);
        for (const { headers } of channels)
          for (const value of Object.values(headers))
            expect(value).toMatch(/^[\t\x20-\x7e\x80-\xff]{1,1024}$/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the id of a stream', () => {
  test('is its tvg-id, else a slug of its name', () => {
    const ids = new StreamIds();
    expect(ids.assign({ tvgId: 'One.tv', name: 'One', url: 'http://1' })).toBe('One.tv');
    expect(ids.assign({ tvgId: '  ', name: 'Canal Été +', url: 'http://2' })).toBe('canal-ete');
  });

  test('that is repeated gets a piece of the digest of its address', () => {
    const ids = new StreamIds();
    ids.assign({ tvgId: 'a', name: 'A', url: 'http://1' });
    // printf %s http://2 | sha256sum
    expect(ids.assign({ tvgId: 'a', name: 'A', url: 'http://2' })).toBe(`a-${shortDigest('http://2')}`);
    expect(shortDigest('http://2')).toMatch(/^[0-9a-f]{8}$/);
    expect(ids.assign({ tvgId: 'a', name: 'A', url: 'http://2' })).toBeNull();
  });

  test.each([
    ['Das Erste HD', 'das-erste-hd'],
    ['  Canal+ Décalé (FR) ', 'canal-decale-fr'],
    ['Первый канал', 'первыи-канал'],
    ['한국 방송', '한국-방송'],
    ['ＮＨＫ　総合', 'nhk-総合'],
    ['🎬', `x${shortDigest('🎬')}`],
    ['', `x${shortDigest('')}`],
    ['a'.repeat(200), 'a'.repeat(80)],
    [`${'a'.repeat(79)} b`, 'a'.repeat(79)],
  ])('made from the name %j is %j', (name, expected) => {
    expect(slug(name)).toBe(expected);
  });
});
