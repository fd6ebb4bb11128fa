import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { compose, servedSdl } from '../federation/supergraph.ts';
import { type Facade, startFacade } from '../support/facade.ts';
import { type Issuer, jwtMode, startIssuer } from '../support/issuer.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recordingProxy.ts';
import { launch, openSession, picture, type Session } from './browser.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { type Site, startSite } from './site.ts';

const PROJECTS = 8;
const SCOPE = 'geai:read geai:tokens:write';

let browser: Browser;
let site: Site;
let issuer: Issuer;
let emulator: Emulator;
let platform: RecordingProxy;
let facade: Facade;
let gateway: Gateway;
let keyring: string[];
beforeAll(async () => {
  emulator = await startEmulator({ projects: PROJECTS });
  platform = await startRecordingProxy(emulator.url);
  issuer = await startIssuer();
  site = await startSite();
  const [organization] = emulator.seeded.organizations;
  keyring = [organization!.token];
  const env = { ...jwtMode(issuer, keyring), GEAI_BASE_URL: platform.url, NODE_ENV: 'production' };
  facade = await startFacade({ sharedEmulator: emulator, env: { ...env, CORS_ORIGINS: site.origin } });
  const { supergraphSdl } = compose([{ name: 'geai', url: `${facade.url}/graphql`, sdl: await servedSdl(facade.url) }]);
  gateway = await startGateway(supergraphSdl!, [site.origin]);
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await gateway.close();
  await facade.close();
  await Promise.all([site.close(), issuer.close(), platform.close(), emulator.close()]);
});
beforeEach(() => platform.reset());

/** Opens the page on a graph, as a person who has a token of the company. */
async function openPage(graph: string, jwt: string, origin = site.origin): Promise<Session> {
  const session = await openSession(browser);
  onTestFinished(() => session.close());
  await session.page.goto(`${origin}/?graph=${encodeURIComponent(graph)}`);
  await session.page.fill('#jwt', jwt);
  return session;
}

const projectNames = ({ page }: Session) => page.locator('#projects li').allTextContents();

/** Lists, pages to the end, creates and blocks. */
async function work(session: Session): Promise<void> {
  const { page } = session;
  await page.click('#list');
  await expect.poll(() => projectNames(session)).toHaveLength(3);
  while (await page.isVisible('#more')) {
    const before = await page.locator('#projects li').count();
    await page.click('#more');
    await expect.poll(() => page.locator('#projects li').count()).toBeGreaterThan(before);
  }
  await page.click('#create');
  await page.waitForSelector('#token:has-text("Made by a page: ACTIVE")');
  await page.click('#block');
  await page.waitForSelector('#token:has-text("Made by a page: BLOCKED")');
}

/** Bearers that the platform has seen, each once. */
const bearers = () => new Set([...platform.arrived().matchAll(/Bearer (\S+)/g)].map(([, token]) => token!));

const graphs: [way: string, url: () => string][] = [
  ['through Hive Gateway', () => gateway.url],
  ['without a router', () => `${facade.url}/graphql`],
];

test.each(graphs)('a page of another origin lists, pages, creates and blocks %s', async (way, url) => {
  const jwt = await issuer.token({ scope: SCOPE });
  const session = await openPage(url(), jwt);

  await work(session);
  await picture(session.page, `page ${way}`);

  const expected = emulator.seeded.organizations[0]!.projects.map(({ name }) => name);
  expect((await projectNames(session)).sort()).toEqual(expected.sort());
  expect([session.problems, session.beyond]).toEqual([[], []]);
  // The new token itself is asked about, to prove that it is refused.
  const others = [...bearers()].filter((token) => !keyring.includes(token));
  expect(others.filter((token) => !token.startsWith('made'))).toEqual([]);
  expect(bearers()).toContain(keyring[0]);
  expect(platform.arrived()).not.toContain(jwt.split('.')[2]);
  expect(platform.arrived()).not.toContain(jwt.split('.')[1]);
});

test('a page without a permission is told so, and nothing is written', async () => {
  const session = await openPage(gateway.url, await issuer.token({ scope: 'geai:read' }));
  const { page } = session;
  await page.click('#list');
  await expect.poll(() => projectNames(session)).toHaveLength(3);
  await page.click('#create');

  await page.waitForSelector('#problem:has-text("geai:tokens:write")');
  expect(platform.calls().filter((call) => !call.startsWith('GET'))).toEqual([]);
});

test('a page of an origin that is not listed reads nothing, and the platform is not asked', async () => {
  const other = site.origin.replace('localhost', '127.0.0.1');
  const session = await openPage(`${facade.url}/graphql`, await issuer.token({ scope: SCOPE }), other);
  await session.page.click('#list');

  await session.page.waitForSelector('#problem:has-text("Failed to fetch")');
  expect(session.problems.join('\n')).toContain('blocked by CORS policy');
  expect(platform.calls()).toEqual([]);
});
