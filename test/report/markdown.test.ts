import { expect, test } from 'vitest';
import { renderMarkdown } from '../../scripts/report/markdown.ts';
import { FIXTURES, hostile, twoCells } from '../fixtures/reports/index.ts';

/** The text outside fenced blocks. */
function outside(markdown: string): string {
  const rows: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split('\n')) {
    const ticks = /^`{3,}/.exec(line)?.[0];
    if (fence === undefined && ticks !== undefined) fence = ticks;
    else if (fence !== undefined && line === fence) fence = undefined;
    else if (fence === undefined) rows.push(line);
  }
  expect(fence, 'a fence is left open').toBeUndefined();
  return rows.join('\n');
}

test.each(Object.entries(FIXTURES))('%s: every row of a table has as many cells as its header', (_, make) => {
  let columns = 0;
  for (const line of outside(renderMarkdown(make())).split('\n')) {
    const cells = line.startsWith('|') ? line.replaceAll(/\\\|/g, '').split('|').length : 0;
    if (cells > 0 && columns > 0) expect(cells, line).toBe(columns);
    columns = cells;
  }
});

test.each(Object.entries(FIXTURES))('%s: no HTML but the folds, and those are closed', (_, make) => {
  const text = outside(renderMarkdown(make())).replaceAll(/`[^`]*`/g, '');
  const tags = text.match(/<[^>]*>/g) ?? [];
  expect(new Set(tags)).toEqual(new Set(['<details>', '<summary>', '</summary>', '</details>']));
  expect(tags.filter((tag) => tag === '<details>')).toHaveLength(
    tags.filter((tag) => tag === '</details>').length,
  );
});

test('the table tells verdict, rate, spread and expectation', () => {
  expect(renderMarkdown(twoCells())).toContain(
    '| 1.1.15 | ✘ **bad** | 20 of 30 | 47–83% | 9.4–11.8–13.9 MiB | yes |',
  );
});

test('the kernel line is whole, in a block of its own', () => {
  const line = twoCells().cells[1]?.oomKills[0]?.line;
  expect(renderMarkdown(twoCells())).toContain(`\n\`\`\`text\n${line}\n\`\`\`\n`);
});

test('the command can be pasted', () => {
  expect(renderMarkdown(hostile())).toContain(
    "```sh\nrepro run 'scenarios/a file.yaml' --filter 'note=it'\\''s | `x`'\n```",
  );
});

test('nobody is mentioned, and a block is not closed from within', () => {
  const report = {
    ...hostile(),
    title: 'ping @someone',
    notes: ['- a list?', '1. or this', '# or a heading'],
  };
  const [first] = report.cells;
  if (first === undefined) throw new Error('fixture');
  const evil = {
    ...first,
    oomKills: first.oomKills.map((kill) => ({ ...kill, line: '``` </details> ````' })),
  };
  const text = renderMarkdown({ ...report, cells: [evil] });
  expect(outside(text)).not.toMatch(/@someone/);
  expect(outside(text)).toContain('> \\- a list?');
  expect(outside(text)).toContain('> 1\\. or this');
  expect(outside(text)).toContain('> \\# or a heading');
  expect(text).toContain('\n`````text\n``` </details> ````\n`````\n');
});
