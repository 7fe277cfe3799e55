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

test('marks the kills that are the symptom, and those that the test provoked', () => {
  const html = renderHtml(twoCells());
  expect(html.match(/✘ the symptom/g)).toHaveLength(20);
  expect(html.match(/provoked by the test/g)).toHaveLength(20);
});

test('quoted text is text, and only links to the web are links', () => {
  const html = renderHtml(hostile());
  expect(html).not.toContain('<b>bold');
  expect(html).toContain('&lt;script&gt;alert(&quot;pwned&quot;)&lt;/script&gt;');
  expect(html).not.toMatch(/href="javascript/);
  expect(html).toContain('href="https://example.org/?a=1&amp;b=&quot;2&quot;"');
  expect(html.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
});
