/** What answers in Markdown are made of. */
import { lines, oneLine } from '../lib/plain.ts';
import { isSaid, joined, type Markdown, Markup, markdown, type Part } from './markup.ts';

type Cell = Markdown | string;

/** One below the other, with a blank line between; with a line's end. */
export const document = (blocks: readonly Markdown[]): string =>
  `${joined('markdown', blocks.filter(isSaid), '\n\n').text}\n`;

/** `numbers`: the columns whose values stand at the right. */
export function markdownTable(
  header: readonly Cell[],
  rows: readonly (readonly Cell[])[],
  numbers: ReadonlySet<number> = new Set(),
): Markdown {
  const line = (cells: readonly Cell[]): Markdown =>
    markdown`| ${joined('markdown', cells.map(markup), ' | ')} |`;
  const rule = new Markup(
    'markdown',
    `| ${header.map((_, at) => (numbers.has(at) ? '---:' : '---')).join(' | ')} |`,
  );
  return joined('markdown', [line(header), rule, ...rows.map(line)], '\n');
}

const markup = (cell: Cell): Markdown => markdown`${cell}`;

export const list = (items: readonly Cell[]): Markdown =>
  joined(
    'markdown',
    items.map((item) => markdown`- ${item}`),
    '\n',
  );

/** Folded away; nothing when there is nothing to fold. The blank lines make GitHub read Markdown inside. */
export function details(title: Part<'markdown'>, blocks: readonly Markdown[]): Markdown {
  if (blocks.length === 0) return markdown``;
  return markdown`<details><summary>${title}</summary>\n\n${joined('markdown', blocks, '\n\n')}\n\n</details>`;
}

/** A code span, also in a table cell, where a bar ends the cell even within code. */
export function code(text: string): Markdown {
  const plain = oneLine(text);
  const ticks = '`'.repeat(longestRun(plain) + 1);
  const pad = plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return new Markup('markdown', `${ticks}${pad}${plain.replaceAll('|', '\\|')}${pad}${ticks}`);
}

/** A fenced block that its content can't close. */
export function fence(text: string, language: 'text' | 'sh' = 'text'): Markdown {
  const body = lines(text).join('\n');
  const ticks = '`'.repeat(Math.max(3, longestRun(body) + 1));
  return new Markup('markdown', `${ticks}${language}\n${body}\n${ticks}`);
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
