import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { CaptureEvent } from '../../src/domain/segment.js';
import { LiveSource } from './live-source.js';
import { captureAll, fakeMedia, segmentCount, sha256 } from './support.js';

const live = test.extend<{ source: LiveSource }>({
  source: async ({ task: _ }, use) => {
    const source = await LiveSource.start();
    await use(source);
    await source.close();
  },
});

describe.concurrent('a live playlist', () => {
  live('is followed from its newest segment on, each segment once and in order', async ({ source }) => {
    source.first = 40;
    const { segments, media, states, lost } = await captureAll(source.url, {
      until: moving(source, (events) => segmentCount(events) === 4),
    });
    expect(segments.map(({ uri }) => new URL(uri).pathname)).toEqual([
      '/42.ts',
      '/43.ts',
      '/44.ts',
      '/45.ts',
    ]);
    expect(segments.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3]);
    expect(media.map(sha256)).toEqual(segments.map(({ digest }) => digest));
    expect(media[0]).toEqual(fakeMedia('/42.ts'));
    expect(segments.every(({ bytes, duration }) => bytes > 2000 && duration === 1)).toBe(true);
    expect(lost).toEqual([]);
    expect(states).toEqual(['live']);
  });

  live('tells what left the window before it could be fetched', async ({ source }) => {
    const { segments, lost } = await captureAll(source.url, {
      until: moving(source, (events) => segmentCount(events) === 4, 6),
    });
    // 2 is taken; the window moves to 6, 7, 8: 3 to 5 are lost.
    expect(lost.slice(0, 3).map(({ sequence, duration }) => [sequence, duration])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    expect(segments.map(({ sequence }) => sequence)).toEqual([0, 4, 5, 6]);
    expect(lost[0]?.reason).toContain('left the playlist');
  });

  live('ends when the source says so, with the last segment marked', async ({ source }) => {
    const { segments, states, gone } = await captureAll(source.url, {
      until: (events) => {
        source.move(1);
        source.ended = segmentCount(events) >= 2;
        return false;
      },
    });
    expect(segments.at(-1)?.last).toBe(true);
    expect(segments.slice(0, -1).some(({ last }) => last)).toBe(false);
    expect(states).toEqual(['live', 'gone']);
    expect(gone).toBe('ended');
  });

  live('marks discontinuities and keeps the time that the source claims', async ({ source }) => {
    source.tags.set(3, '#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:05Z');
    const { segments } = await captureAll(source.url, {
      until: moving(source, (events) => segmentCount(events) === 3),
    });
    expect(segments.map(({ discontinuity }) => discontinuity)).toEqual([false, true, false]);
    expect(segments[1]?.programDateTime).toBe('2026-01-02T03:04:05Z');
    expect(segments[2]?.programDateTime).toBe('2026-01-02T03:04:06.000Z');
  });

  live('that starts its numbering anew is followed on, as a discontinuity', async ({ source }) => {
    source.first = 500;
    const { segments, notes } = await captureAll(source.url, {
      until: (events) => {
        if (segmentCount(events) === 1) {
          source.first = 0;
          source.count = 2;
          source.prefix = 'again-';
        } else source.move(1);
        return segmentCount(events) === 4;
      },
    });
    expect(segments.map(({ uri }) => new URL(uri).pathname)).toEqual([
      '/502.ts',
      '/again-0.ts',
      '/again-1.ts',
      '/again-2.ts',
    ]);
    expect(segments.map(({ discontinuity }) => discontinuity)).toEqual([false, true, false, false]);
    expect(notes.join()).toContain('anew');
  });

  live(
    'is reported as stalled when nothing new comes, and as live again when it does',
    async ({ source }) => {
      const { states } = await captureAll(source.url, {
        until: (events) => {
          const last = events.at(-1);
          if (last?.type === 'state' && last.state === 'stalled') source.move(1);
          return segmentCount(events) === 2;
        },
      });
      expect(states).toEqual(['live', 'stalled', 'live']);
    },
  );

  live('that answers with errors now and then is asked again', async ({ source }) => {
    let failures = 0;
    source.playlistHandler = (_, response) => {
      if (source.loads % 2 === 0 && failures++ < 5) response.writeHead(503, { 'retry-after': '0' }).end();
      else response.end(source.playlist);
    };
    const { segments, notes } = await captureAll(source.url, {
      until: moving(source, (events) => segmentCount(events) === 3),
    });
    expect(segments).toHaveLength(3);
    expect(notes.join()).toContain('status 503; trying again');
  });

  live('that is gone from its server ends the capture with the reason', async ({ source }) => {
    const { states, gone } = await captureAll(source.url, {
      until: (events) => {
        if (segmentCount(events) === 1)
          source.playlistHandler = (_, response) => void response.writeHead(404).end();
        return false;
      },
    });
    expect(states).toEqual(expect.arrayContaining(['live', 'gone']));
    expect(gone).toContain('status 404');
  });

  live('whose server fails for longer than the patience lasts is gone', async ({ source }) => {
    const { gone } = await captureAll(source.url, {
      options: { giveUpAfter: 1_000 },
      until: (events) => {
        if (segmentCount(events) === 1)
          source.playlistHandler = (_, response) => void response.writeHead(500).end();
        return false;
      },
    });
    expect(gone).toContain('status 500');
  });

  live('that becomes a web page is gone, and the reason says so', async ({ source }) => {
    const { gone } = await captureAll(source.url, {
      until: (events) => {
        if (segmentCount(events) === 1)
          source.playlistHandler = (_, response) => void response.end('<!DOCTYPE html><p>blocked</p>');
        return false;
      },
    });
    expect(gone).toContain('is a web page, not a playlist');
  });

  live(
    'loses single segments that are missing, gaps, web pages or cut off, and goes on',
    async ({ source }) => {
      source.tags.set(4, '#EXT-X-GAP');
      source.segmentHandlers.set('/3.ts', (_, response) => void response.writeHead(404).end());
      source.segmentHandlers.set('/5.ts', (_, response) => void response.end('<html>sorry</html>'));
      source.segmentHandlers.set('/6.ts', (_, response) => {
        response.writeHead(200, { 'content-length': '5000' });
        response.write(fakeMedia('/6.ts'));
        setTimeout(() => response.destroy(), 20);
      });
      source.segmentHandlers.set('/7.ts', (_, response) => void response.end());
      const { segments, lost } = await captureAll(source.url, {
        until: (events) => {
          if (events.at(-1)?.type === 'segment' || events.at(-1)?.type === 'lost') source.move(1);
          return segmentCount(events) === 2;
        },
      });
      expect(segments.map(({ sequence }) => sequence)).toEqual([0, 6]);
      expect(lost.map(({ reason }) => reason)).toEqual([
        expect.stringContaining('status 404'),
        expect.stringContaining('does not have it'),
        expect.stringContaining('web page'),
        expect.stringContaining('closed the connection'),
        expect.stringContaining('no bytes'),
      ]);
    },
  );

  live('gets a segment in a second try when the server closes in the middle', async ({ source }) => {
    let tries = 0;
    source.segmentHandlers.set('/2.ts', (_, response) => {
      if (tries++ > 0) response.end(fakeMedia('/2.ts'));
      else {
        response.writeHead(200, { 'content-length': '2052' });
        response.write(Buffer.alloc(100));
        setTimeout(() => response.destroy(), 20);
      }
    });
    const { media, lost } = await captureAll(source.url, { until: (events) => segmentCount(events) === 1 });
    expect(media[0]).toEqual(fakeMedia('/2.ts'));
    expect(lost).toEqual([]);
  });

  live('is not held up for ever by a server that drips', async ({ source }) => {
    source.segmentHandlers.set('/2.ts', (_, response) => {
      response.writeHead(200, { 'content-length': '100000' });
      const drip = setInterval(() => response.write(Buffer.alloc(10)), 50);
      response.on('close', () => clearInterval(drip));
    });
    const { lost } = await captureAll(source.url, {
      options: {
        timing: { segmentTimeout: 300, retry: { attempts: 1, firstDelay: 1, maxDelay: 1, maxRetryAfter: 0 } },
      },
      until: (events) => events.some(({ type }) => type === 'lost'),
    });
    expect(lost[0]?.reason).toContain('not finished within');
  });

  live('is decrypted with the key that each segment names, fetched once', async ({ source }) => {
    const key = randomBytes(16);
    const encrypt = (sequence: number) => {
      const iv = Buffer.alloc(16);
      iv.writeUInt32BE(sequence, 12);
      const cipher = createCipheriv('aes-128-cbc', key, iv);
      return Buffer.concat([cipher.update(fakeMedia(`/${sequence}.ts`)), cipher.final()]);
    };
    for (let n = 0; n < 12; n++) {
      source.tags.set(n, '#EXT-X-KEY:METHOD=AES-128,URI="/key"');
      source.segmentHandlers.set(`/${n}.ts`, (_, response) => void response.end(encrypt(n)));
    }
    source.segmentHandlers.set('/key', (_, response) => void response.end(key));
    const { media } = await captureAll(source.url, {
      until: moving(source, (events) => segmentCount(events) === 3),
    });
    expect(media).toEqual([fakeMedia('/2.ts'), fakeMedia('/3.ts'), fakeMedia('/4.ts')]);
    expect(source.server.requests.filter((path) => path === '/key')).toHaveLength(1);
  });

  live('encrypted in a way that cannot be undone is lost, and one note says why', async ({ source }) => {
    for (let n = 0; n < 9; n++)
      source.tags.set(
        n,
        '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://1",KEYFORMAT="com.apple.streamingkeydelivery"',
      );
    const { lost, notes } = await captureAll(source.url, {
      until: (events) => {
        source.move(1);
        return lostOnes(events) === 2;
      },
    });
    expect(lost[0]?.reason).toContain('SAMPLE-AES');
    expect(notes.filter((note) => note.includes('SAMPLE-AES'))).toHaveLength(1);
  });

  live(
    'waits for a slow receiver instead of filling the disk, and tells what was lost meanwhile',
    async ({ source }) => {
      source.count = 20;
      let taken = 0;
      const { lost, segments } = await captureAll(source.url, {
        until: async (events) => {
          if (events.at(-1)?.type === 'segment') {
            source.move(20);
            await new Promise((resolve) => setTimeout(resolve, taken++ === 1 ? 3_000 : 0));
          }
          return lostOnes(events) > 0;
        },
      });
      // While the receiver slept, eight waited for it and one was on its way; not all twenty were fetched.
      expect(source.server.requests.filter((path) => path.endsWith('.ts')).length).toBeLessThan(16);
      expect(lost[0]?.reason).toContain('left the playlist');
      expect(segments.length).toBeGreaterThan(2);
    },
  );
});

/** Moves the window on whenever the newest segment has been had. */
function moving(source: LiveSource, until: (events: readonly CaptureEvent[]) => boolean, by = 1) {
  return (events: readonly CaptureEvent[]) => {
    if (events.at(-1)?.type === 'segment') source.move(by);
    return until(events);
  };
}

function lostOnes(events: readonly CaptureEvent[]): number {
  return events.filter(({ type }) => type === 'lost').length;
}
