import { describe, expect, it } from 'vitest';
import type { Block } from '../../scripts/page/blocks.ts';
import { answerSection, htmlOfAll, renderHtmlPage } from '../../scripts/page/html.ts';
import { everyBlock, pageWith } from './support.ts';

const of = (block: Block) => htmlOfAll([block]).text;

describe('a page as HTML', () => {
  it('begins with the answer, and is the same as a section of the run’s page', () => {
    const page = pageWith([{ kind: 'paragraph', text: 'body' }], {
      verdict: { tone: 'bad', text: 'a → b: <regressed>' },
      answer: [{ kind: 'sentences', items: ['because'] }],
      setup: [{ kind: 'note', text: 'terms' }],
    });
    const text = renderHtmlPage(page);
    expect(text).toContain('<title>oom: ✘ a → b: &lt;regressed&gt;</title>');
    expect(text).toContain('<h1><span class="bad">✘ a → b: &lt;regressed&gt;</span></h1>');
    const blocks = '<ul class="answer"><li>because</li></ul>\n<p>body</p>\n<p class="note">terms</p>';
    expect(text).toContain(`<h2 id="answer">Is it safe</h2>\n${blocks}`);
    expect(answerSection(page)).toMatchObject({ title: 'Is it safe' });
    expect(answerSection(page).body.text).toBe(
      `<p><strong>✘ a → b: &lt;regressed&gt;</strong></p>\n${blocks}`,
    );
  });

  it('without a verdict is called by what it answers', () => {
    const text = renderHtmlPage(pageWith([{ kind: 'paragraph', text: 'body' }]));
    expect(text).toContain('<h1>Is it safe: oom</h1>');
    expect(text).toContain('<h2 id="answer">The answer</h2>');
  });

  it('of what says nothing, or stands elsewhere, nothing is left', () => {
    const blocks: Block[] = [
      { kind: 'bullets', title: 'Gaps:', items: [] },
      { kind: 'table', title: 't', header: ['a'], rows: [] },
      { kind: 'quote', lines: [] },
      { kind: 'settings', items: [] },
      { kind: 'paragraph', text: 'hidden', only: ['markdown', 'text'] },
      { kind: 'group', title: 'g', blocks: [] },
      { kind: 'plot', title: 'p', columns: [], rows: [] },
    ];
    expect(htmlOfAll(blocks).text).toBe('');
  });
});

describe('a block as HTML', () => {
  it('settings: names with their values', () => {
    const items = [{ value: 'A/A' }, { name: 'baseline', value: { code: 'runc <1>' } }];
    expect(of({ kind: 'settings', items })).toBe(
      '<p>A/A</p>\n<dl><dt>baseline</dt><dd><code>runc &lt;1&gt;</code></dd></dl>',
    );
  });

  it('a plot: a row a thing, its tracks side by side, with words for those who do not see them', () => {
    const columns = [
      { role: 'name' as const, header: '' },
      { role: 'track' as const, header: 'culprit', ends: ['0', '100%'] as const, width: 4 },
      { role: 'number' as const, header: '' },
      { role: 'track' as const, header: '', ends: ['0', '1'] as const, width: 0 },
      { role: 'name' as const, header: '' },
    ];
    const cells = ['id', { bar: 1 }, '97%', { points: [{ at: 2, tone: 'bad' as const }] }, 'subject'];
    const text = of({ kind: 'plot', title: 'p', columns, rows: [{ label: 'id: 97%', cells }] });
    expect(text).toContain('aria-label="id: 97%"');
    expect(text).toContain('<div class="name">id subject</div>');
    expect(text).toContain('<div class="numbers">97%</div>');
    expect(text).toContain('>culprit: 0</text>');
    const places = [...text.matchAll(/ (?:x1|x2|cx|x)="([\d.]+)%"/g)].map(([, at]) => Number(at));
    expect(places.length).toBeGreaterThan(10);
    // What lies beyond a track's end stands at it.
    for (const at of places) expect(at >= 0 && at <= 100).toBe(true);
    const [bar] = [...text.matchAll(/class="box" x="([\d.]+)%" y="5" width="([\d.]+)%"/g)];
    expect(Number(bar?.[1]) + Number(bar?.[2])).toBeLessThan(50);
  });

  it('every kind says what it has', () => {
    for (const [kind, block] of Object.entries(everyBlock('WORD'))) expect(of(block), kind).toContain('WORD');
  });
});
