import { describe, expect, it } from 'vitest';
import type { Block } from '../../scripts/page/blocks.ts';
import { renderMarkdown } from '../../scripts/page/markdown.ts';
import { everyBlock, pageWith } from './support.ts';

const HEADING = '### Is it safe: oom\n\nDoes it start?\n\n';
const md = (block: Block) => renderMarkdown(pageWith([block])).replace(HEADING, '');

describe('a page as Markdown', () => {
  it('begins with the answer', () => {
    const page = pageWith([{ kind: 'paragraph', text: 'body' }], {
      verdict: { tone: 'good', text: 'a → b: safe' },
      answer: [
        { kind: 'outcomes', items: [{ name: 'time', came: { tone: 'good', text: 'safe' }, because: 'x' }] },
      ],
      setup: [{ kind: 'note', text: 'terms' }],
    });
    expect(renderMarkdown(page)).toBe(
      '### ✔ a → b: safe\n\noom: Does it start?\n\n- **time: safe**. x\n\nbody\n\nterms\n',
    );
  });

  it('of what says nothing, or stands elsewhere, nothing is left', () => {
    const blocks: Block[] = [
      { kind: 'bullets', title: 'Gaps:', items: [] },
      { kind: 'table', title: 't', header: ['a'], rows: [] },
      { kind: 'quote', lines: [] },
      { kind: 'paragraph', text: 'hidden', only: ['html', 'text'] },
      { kind: 'group', title: 'g', blocks: [] },
      { kind: 'plot', title: 'p', columns: [], rows: [] },
    ];
    expect(renderMarkdown(pageWith(blocks))).toBe(HEADING.trimEnd().concat('\n'));
  });
});

describe('a block as Markdown', () => {
  it('a table: nothing ends a cell too early, and what is not good is bold', () => {
    const rows = [
      ['a|b', { tone: 'bad' as const, text: 'x|y' }, { code: 'c|d`' }],
      ['', { tone: 'good' as const, text: 'z' }, '@you'],
    ];
    expect(md({ kind: 'table', title: 't', header: ['a', 'b', 'c'], rows })).toBe(
      '| a | b | c |\n| --- | --- | --- |\n| a\\|b | ✘ **x\\|y** | `` c\\|d` `` |\n|  | ✔ z | @&#8203;you |\n',
    );
  });

  it('a plot and a quote are code that their content cannot close', () => {
    expect(md({ kind: 'quote', lines: ['```', '# no heading'] })).toBe('````text\n```\n# no heading\n````\n');
    const columns = [
      { role: 'name' as const, header: '' },
      { role: 'track' as const, header: '', ends: ['0', '1'] as const, width: 5 },
    ];
    const rows = [{ label: '', cells: ['```', { points: [{ at: 0, tone: 'good' as const }] }] }];
    expect(md({ kind: 'plot', title: 'p', columns, rows })).toBe('````text\n     0   1\n```  ●\n````\n');
  });

  it('a group has its title above its blocks', () => {
    const blocks: Block[] = [{ kind: 'sentences', items: ['one', 'two'] }];
    expect(md({ kind: 'group', title: 'g', blocks })).toBe('**g**\n\n- one\n- two\n');
  });

  it('every kind says what it has', () => {
    for (const [kind, block] of Object.entries(everyBlock('WORD'))) expect(md(block), kind).toContain('WORD');
  });
});
