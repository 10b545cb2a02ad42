/** Chromium as the system has it, and pages that report what goes wrong in them. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { serve } from './server.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGUMENTS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--no-first-run',
];
/** High enough for every row of the built-in catalog. */
export const TALL = { viewport: { width: 1280, height: 5200 } };

const SCREENSHOTS = new URL('../../screenshots/', import.meta.url);

export async function start() {
  const executablePath = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (!executablePath) throw new Error('no Chromium: `apt-get install chromium`, or say where it is in CHROMIUM');
  const [server, browser] = await Promise.all([serve(), chromium.launch({ executablePath, args: ARGUMENTS })]);
  return {
    server,
    browser,
    /** A fresh page at a fragment. `mishaps` are its errors and whatever the content security policy stopped. */
    async open(fragment = '', options = {}, drawn = 'pc-tree [role=treeitem]') {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 }, permissions: ['clipboard-read', 'clipboard-write'], ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      const mishaps = [];
      page.on('pageerror', (error) => mishaps.push(error.message));
      page.on('console', (message) => message.type() === 'error' && mishaps.push(message.text()));
      await page.goto(server.page + fragment);
      await page.locator(drawn).first().waitFor();
      return Object.assign(page, { mishaps, shot: (name) => shot(page, name) });
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Pictures to look at; they are kept out of the repository. */
async function shot(page, name) {
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, SCREENSHOTS)), animations: 'disabled' });
}
