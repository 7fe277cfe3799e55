import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../scripts/report/html.ts';
import { FIXTURES, hostile, twoCells } from '../fixtures/reports/index.ts';

describe.each(Object.entries(FIXTURES))('%s', (_, make) => {
  const html = renderHtml(make());

  test('needs nothing from anywhere', () => {
    expect(html).not.toMatch(/<(script|link|img|iframe|object|embed|base|form)\b/i);
    expect(html).not.toMatch(/<[a-z][^>]*\s(src|srcset|on\w+)=/i);
    expect(html).not.toMatch(/url\(|@import/i);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test('has every anchor that it links to, once', () => {
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  test('has a dot for every value', () => {
    const values = make().cells.flatMap(({ metrics }) =>
      Object.values(metrics).flatMap((metric) => metric.values),
    );
    expect(html.match(/<circle class="point \w+" cx="[\d.]+%"/g) ?? []).toHaveLength(values.length);
  });

  test('has every OOM kill', () => {
    const kills = make().cells.flatMap(({ oomKills }) => oomKills);
    expect(html.match(/<li class="(match|other)">/g) ?? []).toHaveLength(kills.length);
  });
});

test('marks the kills that are the symptom, and those that the test expected', () => {
  const html = renderHtml(twoCells());
  expect(html.match(/✘ the symptom/g)).toHaveLength(20);
  expect(html.match(/expected by the test/g)).toHaveLength(20);
});

test('says how commits were built', () => {
  const report = twoCells();
  expect(renderHtml(report)).not.toContain('How they were built');
  const build = {
    repository: '~/runc',
    commit: 'bc20cb449-614ce12f0',
    tree: 'f00',
    script: 'make runc\ncp runc "$OUT"',
    compiler: 'gcc-14 14.2.0-19',
    go: 'golang-1.19-go 1.19.8-2 (bookworm)',
    builder: 'b',
    seconds: 5.7,
    sha256: 'ab',
  };
  const [first, ...others] = report.cells;
  if (first === undefined) throw new Error('no cell');
  const artifact = {
    version: '1',
    packageVersion: '1',
    source: 'git:v1.1.15-614ce12f0',
    sha256: 'ab',
    build,
  };
  const html = renderHtml({ ...report, cells: [{ ...first, artifacts: { runc: artifact } }, ...others] });
  expect(html).toContain('<code>bc20cb449-614ce12f0</code> total ~/runc');
  expect(html).toContain('golang-1.19-go 1.19.8-2 (bookworm), gcc-14 14.2.0-19');
  expect(html).toContain('make runc; cp runc &quot;$OUT&quot;');
});

test('quoted text is text, and only links to the web are links', () => {
  const html = renderHtml(hostile());
  expect(html).not.toContain('<b>bold');
  expect(html).toContain('&lt;script&gt;alert(&quot;pwned&quot;)&lt;/script&gt;');
  expect(html).not.toMatch(/href="javascript/);
  expect(html).toContain('href="https://example.org/?a=1&amp;b=&quot;2&quot;"');
  expect(html.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
});
