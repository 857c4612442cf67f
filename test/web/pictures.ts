import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { NARROW, signIn, startBrowser, visitor } from './browser.js';
import { Stage } from './stage.js';

const IMAGES = fileURLToPath(new URL('../../../docs/images', import.meta.url));
/** Until the channels have carried a few things, ms. */
const SOME_TIME = 110_000;
const SETTLED = 2500;

/** Takes the pictures of the docs: the pages on the demo's data, as they are now. */
async function takePictures(): Promise<void> {
  await fs.mkdir(IMAGES, { recursive: true });
  const stage = await Stage.open([]);
  const browser = await startBrowser();
  try {
    const { page } = await visitor(browser);
    await page.goto(stage.url);
    await page.getByLabel('Your key').waitFor();
    await picture(page, 'sign-in');
    await signIn(page, stage.url, stage.key);
    await page.waitForTimeout(SOME_TIME);
    await picture(page, 'now');
    const detection = await bestDetection(page, stage.url);
    for (const [name, address] of [
      ['timeline', '/timeline'],
      ['search', '/search'],
      ['catalogue', '/catalogue'],
      ['detection', detection],
    ] as const) {
      await page.goto(stage.url + address);
      // Media of the stream come from the probe when they are first wanted.
      if (name === 'detection') await page.locator('.frames img').nth(1).waitFor();
      await picture(page, name);
    }
    const other = await visitor(browser, { colours: 'dark' });
    await signIn(other.page, stage.url + detection, stage.key);
    await picture(other.page, 'detection-dark');
    await other.page.goto(`${stage.url}/timeline`);
    await picture(other.page, 'timeline-dark');
    const small = await visitor(browser, { size: NARROW, colours: 'dark' });
    await signIn(small.page, stage.url, stage.key);
    await picture(small.page, 'now-phone');
    await small.page.goto(stage.url + detection);
    await picture(small.page, 'detection-phone');
  } finally {
    await browser.close();
    await stage.close();
  }
}

/** One that is over, of which both picture and sound were recognised. */
async function bestDetection(page: Page, url: string): Promise<string> {
  const query = '/v1/detections?state=closed&modality=both&sort=-score&limit=1';
  const { items } = (await (await page.request.get(url + query)).json()) as { items: { id: string }[] };
  return `/detections/${items[0]!.id}`;
}

async function picture(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(SETTLED);
  const png = await sharp(await page.screenshot())
    .png({ palette: true, colours: 200, effort: 10 })
    .toBuffer();
  await fs.writeFile(path.join(IMAGES, `page-${name}.png`), png);
}

await takePictures();
