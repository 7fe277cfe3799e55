/** Answers as text for a terminal. Pure. */
import { alignRows, columnWidths } from '../report/table.ts';
import { oneLine, textOf, wrap } from '../report/text.ts';
import { type AnswerPage, type Block, type Inline, isShown, plainOf, SIGNS } from './blocks.ts';
import { plotLines } from './plot-text.ts';

/** What was asked comes first, and the answer last: a terminal is read from its bottom. */
export function renderText(page: AnswerPage, width: number): string {
  const { scenario, title, verdict } = page;
  const of = (blocks: readonly Block[]) => blocks.map((block) => linesOf(block, width)).filter(isSaid);
  const answer = of(page.answer).reverse();
  const lines = [
    ...wrap(`${scenario}: ${title}`, width),
    ...of(page.setup).reverse().flat(),
    ...[...of(page.body), ...answer].flatMap((block) => ['', ...block]),
    ...(verdict === undefined ? [] : [...(answer.length === 0 ? [''] : []), plainOf(verdict)]),
  ];
  return textOf(lines);
}

/** Blocks one below the other, in their order, with a blank line between. */
export function linesOfAll(blocks: readonly Block[], width: number): string[] {
  return blocks
    .map((block) => linesOf(block, width))
    .filter(isSaid)
    .flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]));
}

const isSaid = (lines: readonly string[]): boolean => lines.length > 0;

function linesOf(block: Block, width: number): string[] {
  if (!isShown(block, 'text')) return [];
  switch (block.kind) {
    case 'paragraph':
      return wrap(plainOf(block.text), width);
    case 'note':
      return wrap(block.text, width);
    case 'bullets':
      if (block.items.length === 0) return [];
      return [...wrap(block.title ?? '', width), ...block.items.flatMap((item) => bullet(item, width))];
    case 'sentences':
      return block.items.flatMap((item) => wrap(item, width));
    case 'settings':
      return block.items.flatMap(({ name, value }) =>
        wrap(`${name === undefined ? '' : `${name}: `}${plainOf(value)}`, width),
      );
    case 'facts':
      return aligned(block.items.map(({ name, value }) => [name, value]));
    case 'outcomes':
      return aligned(block.items.map(({ name, came }) => [name, came]));
    case 'table':
      return block.rows.length === 0 ? [] : aligned([block.header, ...block.rows]);
    case 'quote':
      return block.lines.map((line) => `    ${oneLine(line)}`);
    case 'plot':
      return plotLines(block, width);
    case 'group':
      return linesOfAll(block.blocks, width);
  }
}

function aligned(rows: readonly (readonly Inline[])[]): string[] {
  const cells = rows.map((row) => row.map((inline) => ({ text: plainOf(inline) })));
  return alignRows(cells, columnWidths(cells));
}

/** What is judged stands in, behind its sign. */
function bullet(item: Inline, width: number): string[] {
  if (typeof item === 'string' || 'code' in item) return wrap(`- ${plainOf(item)}`, width);
  return wrap(item.text, width - 4).map((line, at) => `  ${at === 0 ? SIGNS[item.tone] : ' '} ${line}`);
}
