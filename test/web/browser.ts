import fs from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is; null where it is not. With STREAMPRINT_REQUIRE_ENGINES=1, as CI sets it, that is a failure. */
export const CHROMIUM = PLACES.find((place) => fs.existsSync(place)) ?? null;
if (CHROMIUM === null && process.env.STREAMPRINT_REQUIRE_ENGINES === '1')
  throw new Error('Chromium is missing: on Debian, apt-get install chromium');

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });

export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 390, height: 844 };

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the pages complained of: errors of scripts, of the content security policy, requests that failed. */
  readonly complaints: string[];
}

/** Somebody with a browser of their own, in a zone that is not UTC. */
export async function visitor(
  browser: Browser,
  options: { readonly size?: typeof WIDE; readonly colours?: 'light' | 'dark' } = {},
): Promise<Visitor> {
  const { size = WIDE, colours = 'light' } = options;
  const context = await browser.newContext({
    viewport: size,
    colorScheme: colours,
    timezoneId: 'Europe/Madrid',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // What answers 4xx is said by the page itself; the browser notes it beside that.
    const isNoted = /Failed to load resource|net::ERR_/.test(message.text());
    if (message.type() === 'error' && !isNoted) complaints.push(message.text());
  });
  return { context, page, complaints };
}

export async function signIn(page: Page, url: string, key: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Your key').fill(key);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}
