import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/service.js';
import { overflow, violations } from './accessibility.js';
import { CHROMIUM, NARROW, signIn, startBrowser, visitor, WIDE } from './browser.js';
import { HOSTILE, writeCrowd } from './crowd.js';

const STREAMS = 500;
const DETECTIONS = 10_000;
const BUILT = fileURLToPath(new URL('../../web', import.meta.url));
const MAX_SCRIPT = 300_000;

describe('what browsers load', () => {
  it('is under 300 kB of script, compressed', async () => {
    const assets = path.join(BUILT, 'assets');
    let size = 0;
    for (const name of await fs.readdir(assets))
      if (name.endsWith('.js')) size += gzipSync(await fs.readFile(path.join(assets, name))).length;
    console.info(`script of the pages: ${Math.round(size / 1000)} kB compressed`);
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThan(MAX_SCRIPT);
  });

  it('is all of our own', async () => {
    const document = await fs.readFile(path.join(BUILT, 'index.html'), 'utf8');
    expect(document).not.toMatch(/(src|href)="(https?:)?\/\//);
  });
});

describe.skipIf(CHROMIUM === null)(
  `pages on ${DETECTIONS} detections and ${STREAMS} streams`,
  { timeout: 240_000 },
  () => {
    let folder: string;
    let service: TestService;
    let browser: Browser;
    let id: string;

    beforeAll(async () => {
      folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-looks-'));
      writeCrowd(folder, STREAMS, DETECTIONS);
      service = await startService({ data: folder });
      const as = 'administrator';
      await service.request('POST', '/v1/catalogues', { as, json: { name: 'default', tenant: 'default' } });
      for (const [at, title] of HOSTILE.entries())
        await service.request('POST', '/v1/assets', {
          as,
          json: { catalogue: 'default', id: `hostile-${at}`, title: title.slice(0, 1000) },
        });
      const { json } = await service.request('GET', '/v1/detections?limit=1', { as });
      id = json.items[0].id;
      browser = await startBrowser();
    }, 240_000);
    afterAll(async () => {
      await browser?.close();
      await service?.close();
      await fs.rm(folder, { recursive: true, force: true });
    });

    const pages = (): readonly (readonly [string, string])[] => [
      ['/', 'li.tile'],
      ['/timeline', 'canvas'],
      ['/search', '.found > li'],
      [`/detections/${id}`, '.review'],
      ['/streams/s0', '.found > li'],
      ['/catalogue', 'table.assets'],
      ['/catalogue/default/hostile-0', 'h1'],
    ];

    for (const colours of ['light', 'dark'] as const)
      for (const size of [WIDE, NARROW])
        it(`have nothing that axe finds, and nothing that sticks out, ${colours}, ${size.width} × ${size.height}`, async () => {
          const { page, context, complaints } = await visitor(browser, { size, colours });
          await page.goto(service.url);
          await page.getByLabel('Your key').waitFor();
          expect(await violations(page)).toEqual([]);
          await signIn(page, service.url, service.key('administrator'));
          for (const [address, there] of pages()) {
            await page.goto(service.url + address);
            await page.locator(there).first().waitFor();
            await page.waitForLoadState('load');
            expect([address, await violations(page)]).toEqual([address, []]);
            expect([address, await overflow(page)]).toEqual([address, 0]);
          }
          expect(await page.title()).not.toContain('owned');
          expect(complaints).toEqual([]);
          await context.close();
        });

    it('have room for 72 streams on one screen', async () => {
      const { page, context } = await visitor(browser);
      await signIn(page, service.url, service.key('administrator'));
      const last = page.locator('li.tile').nth(71);
      await last.waitFor();
      const box = (await last.boundingBox())!;
      expect(box.y + box.height).toBeLessThanOrEqual(WIDE.height);
      await context.close();
    });

    it('paint early, and move at the pace of the screen', async () => {
      const { page, context } = await visitor(browser);
      await signIn(page, `${service.url}/timeline`, service.key('administrator'));
      await page.goto(`${service.url}/timeline`);
      await page.getByRole('button', { name: '30 d' }).click();
      const canvas = page.locator('canvas');
      await canvas.waitFor();
      await page.getByText(/10,000 detections on 500 streams/).waitFor();
      const paint = await page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0].startTime",
      );
      const rate = await frameRate(page, async () => {
        const box = (await canvas.boundingBox())!;
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        await page.mouse.move(x, y);
        await page.keyboard.down('Control');
        for (let at = 0; at < 80; at++) await page.mouse.wheel(0, at % 40 < 20 ? -40 : 40);
        await page.keyboard.up('Control');
        await page.mouse.down();
        for (let at = 0; at < 120; at++) await page.mouse.move(x - at * 4, y);
        await page.mouse.up();
        for (let at = 0; at < 40; at++) await page.mouse.wheel(0, 120);
      });
      console.info(
        `first contentful paint ${Math.round(Number(paint))} ms, timeline at ${rate.toFixed(1)} frames/s`,
      );
      expect(rate).toBeGreaterThan(0);
      await context.close();
    });

    it('can be moved through by keys alone: a bar of the timeline is opened without a pointer', async () => {
      const { page, context } = await visitor(browser);
      await signIn(page, `${service.url}/timeline`, service.key('administrator'));
      const canvas = page.locator('canvas');
      await canvas.waitFor();
      await canvas.focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press(']');
      await page.locator('.chosen b').waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Is it this work?' }).waitFor();
      await context.close();
    });

    it('say the same as a table', async () => {
      const { page, context } = await visitor(browser);
      await signIn(page, `${service.url}/timeline`, service.key('administrator'));
      await page.getByRole('button', { name: 'As a table' }).click();
      await page.getByRole('table').getByRole('link').first().waitFor();
      expect(await page.getByRole('row').count()).toBeGreaterThan(50);
      await context.close();
    });
  },
);

/** Frames a second that the browser drew meanwhile. */
async function frameRate(page: Page, work: () => Promise<void>): Promise<number> {
  await page.evaluate(
    'window.frames_ = []; (function next(at) { window.frames_.push(at); requestAnimationFrame(next); })(performance.now())',
  );
  await work();
  const times = (await page.evaluate('window.frames_')) as number[];
  return (1000 * (times.length - 1)) / (times.at(-1)! - times[0]!);
}
