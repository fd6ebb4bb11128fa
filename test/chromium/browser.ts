import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Chromium as a person has it, on a machine whose network ends at loopback. */
export interface Session {
  readonly page: Page;
  /** Addresses beyond loopback that pages asked for. */
  readonly beyond: readonly string[];
  /** What pages wrote to the console as an error, or threw. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost']);

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // No name beyond loopback is found. Interception by the driver would answer preflights in place of the server.
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ],
  });
}

/** Opens a page in a profile of its own. Notes what would leave the machine. */
export async function openSession(browser: Browser, viewport = { width: 1400, height: 900 }): Promise<Session> {
  const context: BrowserContext = await browser.newContext({ viewport });
  const [beyond, problems]: [string[], string[]] = [[], []];
  const page = await context.newPage();
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && !LOOPBACK.has(hostname)) beyond.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text().slice(0, 500));
  });
  page.on('pageerror', (error) => void problems.push(error.message));
  return { page, beyond, problems, close: () => context.close() };
}

/** Picture of a page, for eyes: only where the variable names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}
