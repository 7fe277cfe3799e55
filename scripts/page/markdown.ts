/** Answers as Markdown, for a ticket. Pure. */
import { code, document, fence, list, markdownTable } from '../report/markdown-parts.ts';
import { joined, type Markdown, markdown } from '../report/markup.ts';
import { type AnswerPage, type Block, type Inline, isShown, plainOf, SIGNS } from './blocks.ts';
import { plotLines } from './plot-text.ts';

/** Columns of a plot, which stands in a block of code. */
const WIDTH = 110;

/** The answer comes first. */
export function renderMarkdown({ name, scenario, title, verdict, answer, body, setup }: AnswerPage): string {
  const heading =
    verdict === undefined
      ? [markdown`### ${name}: ${scenario}`, markdown`${title}`]
      : [markdown`### ${plainOf(verdict)}`, markdown`${scenario}: ${title}`];
  return document([...heading, ...[...answer, ...body, ...setup].map(markdownOf)]);
}

/** Blocks in their order below a heading of their own. */
export const markdownOfAll = (heading: string, blocks: readonly Block[]): string =>
  document([markdown`### ${heading}`, ...blocks.map(markdownOf)]);

function markdownOf(block: Block): Markdown {
  if (!isShown(block, 'markdown')) return markdown``;
  switch (block.kind) {
    case 'paragraph':
      return inline(block.text);
    case 'note':
      return markdown`${block.text}`;
    case 'bullets':
      return titled(block.title, list(block.items.map(inline)));
    case 'sentences':
      return list(block.items);
    case 'settings':
    case 'facts':
      return list(
        block.items.map(({ name = '', value }) =>
          name === '' ? inline(value) : markdown`${name}: ${inline(value)}`,
        ),
      );
    case 'outcomes':
      return list(
        block.items.map(({ name, came, because }) => markdown`**${name}: ${came.text}**. ${because}`),
      );
    case 'table':
      return block.rows.length === 0
        ? markdown``
        : markdownTable(
            block.header,
            block.rows.map((row) => row.map(inline)),
          );
    case 'quote':
      return block.lines.length === 0 ? markdown`` : fence(block.lines.join('\n'));
    case 'plot':
      return block.rows.length === 0 ? markdown`` : fence(plotLines(block, WIDTH).join('\n'));
    case 'group': {
      const parts = block.blocks.map(markdownOf).filter(({ text }) => text !== '');
      return parts.length === 0 ? markdown`` : joined('markdown', [bold(block.title), ...parts], '\n\n');
    }
  }
}

const titled = (title: string | undefined, body: Markdown): Markdown =>
  body.text === '' || title === undefined ? body : markdown`${title}\n\n${body}`;

/** What isn't good is bold. */
function inline(one: Inline): Markdown {
  if (typeof one === 'string') return markdown`${one}`;
  if ('code' in one) return code(one.code);
  const text = one.tone === 'good' ? markdown`${one.text}` : bold(one.text);
  return markdown`${SIGNS[one.tone]} ${text}`;
}

/** Of nothing, the stars alone would be a rule. */
function bold(text: string): Markdown {
  const inside = markdown`${text}`;
  return inside.text === '' ? inside : markdown`**${inside}**`;
}
