import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { bundleExplorer } from '../../tools/explorer/bundle.ts';
import { type Facade, startFacade } from '../support/facade.ts';
import { launch, openSession, picture, type Session } from './browser.ts';

let browser: Browser;
let facade: Facade;
let token: string;
beforeAll(async () => {
  await bundleExplorer();
  facade = await startFacade({ emulator: { projects: 4 }, env: { GEAI_BORROW_PROJECT_TOKENS: 'true' } });
  token = facade.emulator.seeded.organizations[0]!.token;
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await facade.close();
});

async function open(path = '/', viewport?: { width: number; height: number }): Promise<Session> {
  const session = await openSession(browser, viewport);
  onTestFinished(() => session.close());
  await session.page.goto(facade.url + path);
  return session;
}

const editor = (page: Page, name: string) => page.locator(`[data-uri*="${name}"]:visible .view-lines`);

async function typeHeaders(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Headers', exact: true }).click();
  await editor(page, 'headers').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(text);
  // The editor tells the tab after a pause in typing.
  await expect.poll(() => editor(page, 'headers').innerText()).toContain('authorization');
}

/** Runs the open tab; of several operations, which a menu offers, the first. */
async function run(page: Page, hasMenu = false): Promise<void> {
  // The button knows the operations a moment after the tab was opened.
  await page.click(`.graphiql-execute-button${hasMenu ? '[aria-haspopup="menu"]' : ':not([aria-haspopup])'}`);
  if (hasMenu) await page.getByRole('menuitem').first().click();
}

const answerOf = (page: Page) => page.locator('.result-window .view-lines').innerText();

test('runs its examples under the content policy, and asks for nothing beyond this machine', async () => {
  const session = await open('/graphql');
  const { page } = session;
  expect(new URL(page.url()).pathname).toBe('/');
  await page.waitForSelector('.graphiql-doc-explorer:has-text("All Schema Types")');
  await typeHeaders(page, `{ "authorization": "Bearer ${token}" }`);

  for (const [title, part, hasMenu] of [
    ['Overview', 'Acme', false],
    ['TokenLife', 'projects', true],
    ['Incident', 'unreadableProjectCount', true],
    ['Usage', 'requests', true],
    ['Findings', 'severity', false],
  ] as const) {
    await page.getByRole('tab', { name: title }).click();
    await run(page, hasMenu);
    await expect.poll(() => answerOf(page), { message: title }).toContain(part);
    expect(await answerOf(page), title).not.toContain('"errors"');
    await picture(page, title);
  }

  expect([session.problems, session.beyond]).toEqual([[], []]);
});

test('headers follow to the next tab, in sight, and are gone with the page', async () => {
  const { page } = await open();
  await typeHeaders(page, `{ "authorization": "Bearer ${token}" }`);
  await page.getByRole('tab', { name: 'Findings' }).click();
  await expect.poll(() => editor(page, 'headers').innerText()).toContain(token.slice(0, 12));
  await run(page);
  await expect.poll(() => answerOf(page)).toContain('severity');

  const kept = await page.evaluate(async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    cookies: document.cookie,
  }));
  expect(kept).toEqual({ local: {}, session: {}, databases: [], caches: [], cookies: '' });

  await page.reload();
  await page.waitForSelector('.graphiql-execute-button');
  await page.getByRole('button', { name: 'Headers', exact: true }).click();
  expect(await page.content()).not.toContain(token);
});

test('the schema is searched without a network', async () => {
  const { page } = await open();
  await page.getByRole('combobox').fill('createApiTokenI');
  await page.getByRole('option').filter({ hasText: 'CreateApiTokenInput' }).first().click();

  await expect.poll(() => page.locator('.graphiql-doc-explorer').innerText()).toContain('Text of the caller');
  await picture(page, 'schema');
});

test('the keyboard skips the documentation, which lists entities first', async () => {
  const { page } = await open();
  await page.waitForSelector('.graphiql-doc-explorer:has-text("All Schema Types")');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');

  expect(await page.locator('.graphiql-query-editor :focus').count()).toBe(1);
  expect(await page.getByRole('main').getByRole('heading', { level: 1 }).innerText()).toBe('geai-graph');
  const types = await page.locator('.graphiql-doc-explorer a.graphiql-doc-explorer-type-name').allInnerTexts();
  expect(types.slice(2, 6)).toEqual(['ApiToken', 'Assistant', 'Organization', 'Project']);
});

test('a phone shows the operation above its answer, and documentation in their place', async () => {
  const { page } = await open('/', { width: 390, height: 844 });
  const boxOf = async (selector: string) => (await page.locator(selector).boundingBox())!;
  await typeHeaders(page, `{ "authorization": "Bearer ${token}" }`);
  await run(page);
  await expect.poll(() => answerOf(page)).toContain('Acme');

  const [operation, answer] = [await boxOf('.graphiql-query-editor'), await boxOf('.result-window')];
  expect(answer.y).toBeGreaterThanOrEqual(operation.y + operation.height);
  for (const { x, width } of [operation, answer])
    expect([x >= 0, x + width <= 390, width > 300]).toEqual([true, true, true]);
  await page
    .getByRole('button', { name: /Documentation/ })
    .first()
    .click();
  await page.waitForSelector('.graphiql-doc-explorer:has-text("Begin at")');
  expect(await page.locator('.graphiql-sessions').isVisible()).toBe(false);
  await picture(page, 'phone');
});

test('Sandbox’s page has its text at once while packets to the internet are swallowed', async () => {
  const session = await openSession(browser);
  onTestFinished(() => session.close());
  const { page } = session;
  const asked = Promise.withResolvers<() => Promise<void>>();
  // Nobody answers until the test says so.
  await page.route('https://*.apollographql.com/**', (route) => asked.resolve(() => route.abort()));
  await page.goto(`${facade.url}/`, { waitUntil: 'commit' });
  await page.getByRole('link', { name: 'Apollo Sandbox' }).click({ noWaitAfter: true });

  await page.waitForSelector('h1:has-text("geai-graph is running")');
  const fail = await asked.promise;
  expect(await page.locator('#state').innerText()).toBe('Apollo Sandbox is loading from the internet.');
  await picture(page, 'Sandbox swallowed');
  await fail();
  await page.waitForSelector('#state:has-text("could not be loaded")');
  await page.getByRole('link', { name: 'GraphiQL' }).click();
  await page.waitForSelector('.graphiql-execute-button');
});
