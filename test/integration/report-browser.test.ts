/**
 * The HTML report in a real Chromium, from disk and without a network. `REPRO_CHROMIUM` names the browser where
 * it is none of those looked for. Pictures of the pages are left in coverage/report-pages/, to be looked at.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../scripts/model/report.ts';
import { renderHtml } from '../../scripts/report/html.ts';
import { renderJunit } from '../../scripts/report/junit.ts';
import { FIXTURES } from '../fixtures/reports/index.ts';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];
const browserPath = [process.env.REPRO_CHROMIUM, ...PLACES].find((path) => path && existsSync(path));
const FLAGS = [
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --no-default-browser-check',
  '--disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage',
].flatMap((flags) => flags.split(' '));
const PICTURES = join(import.meta.dirname, '../../coverage/report-pages');

if (browserPath === undefined) {
  console.warn(
    `SKIPPED: the report in a browser. No Chromium at ${PLACES.join(', ')}; install chromium, or set REPRO_CHROMIUM`,
  );
}

function fixture(name: string): Report {
  const make = FIXTURES[name];
  if (make === undefined) throw new Error(`no fixture ${name}`);
  return make();
}

interface Opened {
  readonly page: Page;
  /** What the page asked for, and what the browser complained about. */
  readonly requests: string[];
  readonly complaints: string[];
}

describe.skipIf(browserPath === undefined)('the page in Chromium', () => {
  const dir = mkdtempSync(join(tmpdir(), 'repro-page-'));
  let browser: Browser;
  let context: BrowserContext | undefined;

  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    browser = await chromium.launch({ executablePath: browserPath ?? '', args: FLAGS });
  }, 60_000);
  afterEach(() => context?.close());
  afterAll(async () => {
    await browser?.close();
    rmSync(dir, { recursive: true });
  });

  async function open(
    name: string,
    report: Report,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<Opened> {
    const file = join(dir, `${name}.html`);
    writeFileSync(file, renderHtml(report));
    context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options, offline: true });
    const page = await context.newPage();
    await page.addInitScript({ path: join(import.meta.dirname, 'page-checks.js') });
    const opened: Opened = { page, requests: [], complaints: [] };
    page.on('request', (request) => opened.requests.push(request.url()));
    page.on('console', (message) => opened.complaints.push(message.text()));
    page.on('pageerror', (error) => opened.complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      opened.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(pathToFileURL(file).href);
    return opened;
  }

  test.each(Object.entries(FIXTURES))('%s: whole, quiet and alone', async (name, make) => {
    const report = make();
    const { page, requests, complaints } = await open(name, report);
    expect(requests).toEqual([pathToFileURL(join(dir, `${name}.html`)).href]);
    expect(complaints).toEqual([]);
    expect(await page.title()).toContain(report.scenario);
    expect(await page.locator('h2').count()).toBeGreaterThanOrEqual(5);

    const values = report.cells.flatMap(({ metrics }) =>
      Object.values(metrics).flatMap((metric) => metric.values),
    );
    expect(await page.locator('svg.strip circle.point').count()).toBe(values.length);
    expect(await page.locator('details.cell').count()).toBe(report.cells.length);
    const lines = await page.locator('.lines li.match .line, .lines li.other .line').allTextContents();
    expect(lines).toHaveLength(report.cells.flatMap(({ oomKills }) => oomKills).length);
    await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  });

  test('the grid is there to be seen, and each of its cells leads to the evidence', async () => {
    const { page } = await open('big-grid', fixture('big-grid'));
    expect(await page.locator('table.grid').count()).toBe(4);
    expect(await page.locator('table.grid td a').count()).toBe(24);
    expect(await page.locator('table.grid td.bad').count()).toBe(8);
    await page.locator('table.grid td.bad a').first().click();
    const kill = page.locator('details.cell:has(.lines li.match)').first();
    await expect.poll(() => kill.getAttribute('open')).not.toBeNull();
    expect(await kill.locator('.line').first().isVisible()).toBe(true);
  });

  test('a dot lies where its value says, within its strip', async () => {
    const report = fixture('two-cells');
    const { page } = await open('two-cells', report);
    const strip = page.locator('svg.strip').nth(1);
    const frame = await strip.boundingBox();
    const limit = await strip.locator('line.limit').boundingBox();
    const dots = await strip.locator('circle.point').evaluateAll((circles) =>
      circles.map((circle) => {
        const box = circle.getBoundingClientRect();
        return {
          x: box.x + box.width / 2,
          left: box.left,
          right: box.right,
          round: box.width === box.height,
        };
      }),
    );
    if (frame === null || limit === null) throw new Error('nothing drawn');
    const values =
      report.cells[1]?.samples.flatMap(({ case: id, metrics }) =>
        id === 'pod-start' ? (metrics['memory.peak']?.value ?? []) : [],
      ) ?? [];
    expect(dots).toHaveLength(values.length);
    const order = (numbers: readonly number[]): number[] =>
      numbers.map((_, at) => at).sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0));
    expect(order(dots.map(({ x }) => x))).toEqual(order(values));
    for (const dot of dots) {
      expect(dot.left).toBeGreaterThanOrEqual(frame.x);
      expect(dot.x).toBeLessThan(limit.x);
      expect(dot.round).toBe(true);
    }
  });

  test.each([
    ['troubled', 'light'],
    ['troubled', 'dark'],
    ['big-grid', 'light'],
    ['big-grid', 'dark'],
  ] as const)('%s can be read in %s', async (name, colorScheme) => {
    const { page } = await open(name, fixture(name), { colorScheme });
    await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`), fullPage: true });
    expect(await page.evaluate('faintTexts()')).toEqual([]);
  });

  test('dark is dark and light is light', async () => {
    const back: Record<string, number> = {};
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await open('two-cells', fixture('two-cells'), { colorScheme });
      const color = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      back[colorScheme] = (color.match(/\d+/g) ?? []).reduce((sum, part) => sum + Number(part), 0);
      await context?.close();
    }
    expect(back.light).toBeGreaterThan(600);
    expect(back.dark).toBeLessThan(150);
  });

  test.each(Object.keys(FIXTURES))('%s fits a phone, with nothing cut off at the side', async (name) => {
    const { page } = await open(name, fixture(name), {
      viewport: { width: 360, height: 740 },
    });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    const strips = await page
      .locator('figure svg.strip')
      .evaluateAll((all) => all.map((svg) => svg.getBoundingClientRect().width));
    for (const width of strips.filter((shown) => shown > 0)) expect(width).toBeGreaterThan(280);
    await page.screenshot({ path: join(PICTURES, `${name}-phone.png`), fullPage: true });
  });

  test.each(Object.keys(FIXTURES))('%s tells the same to those who do not see it', async (name) => {
    const { page } = await open(name, fixture(name));
    expect(await page.evaluate('barriers()')).toEqual([]);
  });

  test('hostile text stays text', async () => {
    const { page } = await open('hostile', fixture('hostile'));
    expect(await page.locator('script, img').count()).toBe(0);
    expect(await page.locator('.lines li.match .line').textContent()).toContain(
      '<script>alert("pwned")</script>',
    );
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
  });

  test.each(Object.entries(FIXTURES))(
    '%s: the JUnit XML is what a browser takes for XML',
    async (name, make) => {
      const { page } = await open(name, make());
      const found = await page.evaluate(`readXml(${JSON.stringify(renderJunit(make()))})`);
      expect(found).toEqual({ error: undefined, suites: make().cells.length });
    },
  );
});
