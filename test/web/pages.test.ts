import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, signIn, startBrowser, type Visitor, visitor } from './browser.js';
import { Stage } from './stage.js';

/** Registered by the test itself, through the page; it runs on Nova 1. */
const NEW = { id: 'harbour-lights', title: 'Harbour Lights' };
/** Until something comes round on the channels, which take 84 s, and was found and shown, ms. */
const ROUND = 240_000;
/** Until something is shown that only has to be asked for, on a machine that has much else to do. */
const SOON = { timeout: 30_000 };

describe.skipIf(CHROMIUM === null)('the pages, on the data of the demo', { timeout: 300_000 }, () => {
  let stage: Stage;
  let browser: Browser;
  let someone: Visitor;
  let page: Page;

  beforeAll(async () => {
    stage = await Stage.open([NEW.id]);
    browser = await startBrowser();
    someone = await visitor(browser);
    page = someone.page;
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  }, 60_000);

  const to = (name: string) => page.getByRole('navigation', { name: 'Pages' }).getByText(name).click();
  const tiles = () => page.getByRole('list', { name: 'Streams' }).getByRole('listitem');

  it('asks for a key, says when it is none, and shows the page that was wanted once it is', async () => {
    await page.goto(`${stage.url}/catalogue`);
    await page.getByLabel('Your key').fill('sp_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This key is not known').waitFor();
    await signIn(page, `${stage.url}/catalogue`, stage.key);
    await page.getByRole('heading', { name: 'Catalogue' }).waitFor();
    await page.getByRole('link', { name: 'Zero Meridian' }).waitFor();
    const cookies = await someone.context.cookies();
    expect(cookies).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }]);
  });

  it('shows every channel, and lights one up live when it begins to carry something', async () => {
    await to('Now');
    await expect.poll(() => tiles().count(), { timeout: 60_000 }).toBe(stage.samples.channels.length);
    await page.evaluate('window.stayed = true');
    const lit = tiles().filter({ hasText: 'since' }).first();
    await lit.waitFor({ timeout: ROUND });
    expect(await lit.textContent()).toMatch(/Live|Stalled/);
    expect(await page.evaluate('window.stayed')).toBe(true);
  });

  it('uploads a reference that was dropped, and shows it become ready', async () => {
    await to('Catalogue');
    await page.locator('input[type=file]').setInputFiles(stage.media(NEW.id));
    const title = page.getByLabel(`Title of ${NEW.id}.mp4`);
    expect(await title.inputValue()).toBe('Harbour lights');
    await title.fill(NEW.title);
    await page.getByRole('button', { name: 'Upload 1 file' }).click();
    await page.getByRole('list', { name: 'Uploads' }).getByText('Ready').waitFor({ timeout: ROUND });
    const row = page.getByRole('row').filter({ hasText: NEW.title });
    await row.getByText('Ready').waitFor();
  });

  it('opens what was uploaded, when a channel carries it, from the wall', async () => {
    await to('Now');
    const lit = tiles().filter({ hasText: NEW.title });
    await lit.first().waitFor({ timeout: ROUND });
    await lit.first().getByRole('link').click();
    await page.getByRole('heading', { level: 1 }).getByText(NEW.title).waitFor();
  });

  it('shows both sides in step, and moves them together', async () => {
    const sides = page.getByRole('region', { name: 'Pictures of both sides' });
    const pictures = sides.getByRole('img');
    await expect.poll(() => loaded(pictures), { timeout: 60_000 }).toBe(2);
    const place = page.getByRole('slider');
    const at = async (key: string) => {
      await place.focus();
      await page.keyboard.press(key);
      return sources(pictures);
    };
    // As the detection goes on, more of it can be looked at.
    await expect
      .poll(async () => (await at('Home')).join() !== (await at('End')).join(), { timeout: 120_000 })
      .toBe(true);
    await at('Home');
    expect(await place.getAttribute('aria-valuetext')).toMatch(/^0\.0 s/);
    // Of the very first moment the stream's media may not have been kept.
    await expect.poll(() => loaded(pictures), SOON).toBeGreaterThan(0);
    await page.getByRole('img', { name: /^Alignment: \d/ }).waitFor();
    await page.getByRole('img', { name: /^Sound on the stream: spectrogram with \d+ landmarks/ }).waitFor();
  });

  it('confirms with a key, and says who did', async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Is it this work?' }).click();
    await page.keyboard.press('c');
    await page.locator('.detection-head').getByText('Confirmed').waitFor();
    await page.locator('.history').getByText('administrator').waitFor();
  });

  it('goes to the next one, and rejects it with a reason', async () => {
    const before = page.url();
    await page.keyboard.press('n');
    await expect.poll(() => page.url(), SOON).not.toBe(before);
    await page.getByRole('heading', { name: 'Is it this work?' }).waitFor();
    await page.keyboard.press('r');
    await page.getByRole('dialog').getByText('Another rendition').click();
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    await page.locator('.detection-head').getByText('Rejected').waitFor();
    await page.locator('.history').getByText('Another rendition').waitFor();
  });

  it('finds by words and narrows by what was decided', async () => {
    await page.keyboard.press('/');
    await page.locator('#q:focus').waitFor();
    const found = page.locator('.found > li');
    await page.keyboard.type('harbour');
    await expect
      .poll(async () => {
        const texts = await found.allTextContents();
        return texts.length > 0 && texts.every((text) => text.includes(NEW.title));
      }, SOON)
      .toBe(true);
    await page.getByRole('button', { name: /^Confirmed/ }).click();
    await expect.poll(() => found.count(), SOON).toBe(1);
    await page.getByText('1 detection', { exact: true }).waitFor();
    expect(page.url()).toContain('review=confirmed');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('CSV').click()]);
    expect(await fs.readFile(await download.path(), 'utf8')).toContain(NEW.title);
  });

  it('knows titles, and what is no word: an address that streams came from', async () => {
    await to('Search');
    const meant = page.getByRole('region', { name: 'Titles and streams of this name' });
    await page.locator('#q').fill('harbour');
    await meant.getByRole('link', { name: NEW.title }).waitFor();
    await page.locator('#q').fill('127.0.0.1');
    await meant.getByRole('link', { name: /detections?$/ }).click();
    await page.waitForURL('**/search?ip=127.0.0.1');
    await expect.poll(() => page.locator('.found > li').count(), SOON).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Clear filters' }).click();
  });

  it('looks up a clip that is dropped', async () => {
    const clip = path.join(stage.folder, 'clip.mp4');
    const cut = [
      '-v',
      'error',
      '-ss',
      '12',
      '-t',
      '14',
      '-i',
      stage.media('zero-meridian'),
      '-c',
      'copy',
      clip,
    ];
    execFileSync('ffmpeg', cut);
    await drop(page, page.getByRole('region', { name: 'Search by a clip' }).locator('.drop'), clip);
    const result = page.getByRole('region', { name: 'Search by a clip' });
    await result.getByText('in the catalogue').waitFor({ timeout: 120_000 });
    await result.getByRole('link', { name: 'Zero Meridian' }).waitFor();
  });

  it('imports a table, shows rows that are wrong in their place, and takes them when mended', async () => {
    await to('Catalogue');
    const table = path.join(stage.folder, 'titles.csv');
    await fs.writeFile(
      table,
      'asset_id,title,territories\nnew-one,New One,DE\nnew-two,"Two, with a comma",XQ\nnew-three,New Three,FR\n',
    );
    await page.locator('input[type=file]').setInputFiles(table);
    const panel = page.getByRole('region', { name: 'Import' });
    await panel.getByText('2 rows taken, 1 row not.').waitFor({ timeout: 60_000 });
    const wrong = panel.getByLabel('territories, row 3');
    expect(await wrong.getAttribute('aria-invalid')).toBe('true');
    await wrong.fill('ES');
    await panel.getByRole('button', { name: 'Import 1 row again' }).click();
    await panel.getByText('1 row taken.').waitFor({ timeout: 60_000 });
    await page.getByRole('link', { name: 'Two, with a comma' }).waitFor();
  });

  it('says when the connection is lost, and catches up when it is back', async () => {
    await to('Now');
    await stage.end();
    await page.getByText('Connection lost at').waitFor();
    await stage.begin();
    await page.getByText('Up to date again').waitFor({ timeout: 60_000 });
    await tiles().filter({ hasText: 'since' }).first().waitFor({ timeout: ROUND });
  });

  it('had nothing to complain of', () => {
    expect(someone.complaints).toEqual([]);
  });
});

/** How many pictures have come. */
const loaded = async (pictures: Locator): Promise<number> => {
  const sizes = await pictures.evaluateAll((all: unknown[]) =>
    all.map((one) => (one as { readonly naturalWidth: number }).naturalWidth),
  );
  return sizes.filter((size) => size > 0).length;
};

const sources = async (pictures: Locator) =>
  Promise.all((await pictures.all()).map((one) => one.getAttribute('src')));

/** Drops a file as a hand would: the place sees the same events. */
async function drop(page: Page, place: Locator, file: string): Promise<void> {
  const bytes = (await fs.readFile(file)).toString('base64');
  const data = await page.evaluateHandle(
    `(() => {
      const bytes = Uint8Array.from(atob('${bytes}'), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], '${path.basename(file)}', { type: 'video/mp4' }));
      return data;
    })()`,
  );
  await place.dispatchEvent('dragover', { dataTransfer: data });
  await place.dispatchEvent('drop', { dataTransfer: data });
}
