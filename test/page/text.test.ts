import { describe, expect, it } from 'vitest';
import type { Block } from '../../scripts/page/blocks.ts';
import { renderText } from '../../scripts/page/text.ts';
import { widthOf } from '../../scripts/report/text.ts';
import { everyBlock, pageWith } from './support.ts';

/** Without the question, which stands above it. */
const text = (block: Block, width = 80) =>
  renderText(pageWith([block]), width)
    .split('\n\n')
    .slice(1)
    .join('\n\n');

describe('a page as text', () => {
  it('ends with the answer, and begins with what was asked', () => {
    const page = pageWith([{ kind: 'paragraph', text: 'body' }], {
      verdict: { tone: 'bad', text: 'a → b: regressed' },
      answer: [
        { kind: 'outcomes', items: [{ name: 'time', came: { tone: 'bad', text: 'worse' }, because: 'x' }] },
        { kind: 'paragraph', text: 'less important' },
      ],
      setup: [
        { kind: 'settings', items: [{ name: 'a', value: 'runc 1' }] },
        { kind: 'note', text: 'terms' },
      ],
    });
    expect(renderText(page, 80)).toBe(
      'oom: Does it start?\nterms\na: runc 1\n\nbody\n\nless important\n\ntime  ✘ worse\n✘ a → b: regressed\n',
    );
  });

  it('has no blank line for what says nothing, or stands elsewhere', () => {
    const blocks: Block[] = [
      { kind: 'bullets', title: 'Gaps:', items: [] },
      { kind: 'table', title: 't', header: ['a'], rows: [] },
      { kind: 'paragraph', text: 'hidden', only: ['html', 'markdown'] },
      { kind: 'group', title: 'g', blocks: [] },
      { kind: 'plot', title: 'p', columns: [], rows: [] },
    ];
    expect(renderText(pageWith(blocks), 80)).toBe('oom: Does it start?\n');
  });
});

describe('a block as text', () => {
  it('bullets: those that are judged stand in behind their sign', () => {
    const items = ['one two three', { tone: 'good' as const, text: 'four five six' }];
    expect(text({ kind: 'bullets', title: 'Some:', items }, 13)).toBe(
      'Some:\n- one two\nthree\n  ✔ four five\n    six\n',
    );
  });

  it('a table: columns are as wide as they show, also of wide characters', () => {
    const rows = [
      ['日本語', 'x'],
      ['abc', { tone: 'open' as const, text: '?' }],
      ['e\u0301\u0301', { code: 'c' }],
    ];
    const lines = text({ kind: 'table', title: 't', header: ['a', 'b'], rows })
      .trimEnd()
      .split('\n');
    expect(lines).toEqual(['a       b', '日本語  x', 'abc     ○ ?', 'e\u0301\u0301       c']);
    for (const line of lines)
      expect(widthOf(line.slice(0, -(line.split('  ').at(-1) ?? '').trim().length))).toBe(8);
  });

  it('a plot: its marks on a line of characters', () => {
    const rows = [
      {
        label: 'a',
        cells: ['a', '8/8', { interval: { low: 0.5, high: 1 }, points: [{ at: 1, tone: 'bad' as const }] }],
      },
      { label: 'b', cells: ['日本', '', { bar: 0.25, limit: 0.9 }] },
    ];
    const columns = [
      { role: 'name' as const, header: '' },
      { role: 'number' as const, header: '', align: 'right' as const },
      { role: 'track' as const, header: '', ends: ['0%', '100%'] as const, width: 10 },
    ];
    expect(text({ kind: 'plot', title: 'p', columns, rows })).toBe(
      ['           0%    100%', 'a     8/8       ────●', '日本       ███······┆', ''].join('\n'),
    );
  });

  it('a plot that ends with words is cut where the width ends, and leaves out what is drawn elsewhere', () => {
    const columns = [
      { role: 'track' as const, header: 'how', ends: ['0', '1'] as const, width: 4 },
      { role: 'track' as const, header: 'more', ends: ['0', '1'] as const, width: 0 },
      { role: 'name' as const, header: 'subject' },
    ];
    const rows = [{ label: 'a', cells: [{ bar: 1 }, { bar: 1 }, 'a long subject'] }];
    expect(text({ kind: 'plot', title: 'p', columns, rows }, 12)).toBe('how   subje…\n████  a lon…\n');
  });

  it('every kind says what it has', () => {
    for (const [kind, block] of Object.entries(everyBlock('WORD')))
      expect(text(block), kind).toContain('WORD');
  });
});
