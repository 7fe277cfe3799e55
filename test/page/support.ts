/** A page with every kind of block, and the same text wherever one can stand. */
import type { AnswerPage, Block } from '../../scripts/page/blocks.ts';

export function pageWith(blocks: readonly Block[], more: Partial<AnswerPage> = {}): AnswerPage {
  return {
    verb: 'verify',
    name: 'Is it safe',
    scenario: 'oom',
    title: 'Does it start?',
    answer: [],
    body: blocks,
    setup: [],
    ...more,
  };
}

/** Keyed by kind, so that none can be forgotten. */
export const everyBlock = (text: string): Readonly<Record<Block['kind'], Block>> => ({
  paragraph: { kind: 'paragraph', text },
  note: { kind: 'note', text },
  bullets: { kind: 'bullets', title: text, items: [text, { tone: 'bad', text }, { code: text }] },
  sentences: { kind: 'sentences', items: [text, text] },
  settings: { kind: 'settings', items: [{ value: text }, { name: text, value: { code: text } }] },
  facts: {
    kind: 'facts',
    items: [
      { name: text, value: text },
      { name: '', value: { code: text } },
    ],
  },
  outcomes: { kind: 'outcomes', items: [{ name: text, came: { tone: 'open', text }, because: text }] },
  table: {
    kind: 'table',
    title: text,
    header: [text, text, text],
    rows: [[text, { tone: 'good', text }, { code: text }]],
  },
  quote: { kind: 'quote', lines: [text, text] },
  plot: {
    kind: 'plot',
    title: text,
    columns: [
      { role: 'name', header: text },
      { role: 'number', header: text, align: 'right' },
      { role: 'track', header: text, ends: [text, text], width: 8 },
    ],
    rows: [
      {
        label: text,
        cells: [
          text,
          text,
          { bar: 0.5, limit: 0.1, interval: { low: 0, high: 1 }, points: [{ at: 1, tone: 'bad' }] },
        ],
      },
      { label: text, cells: [text, text, text] },
    ],
  },
  group: { kind: 'group', title: text, blocks: [{ kind: 'paragraph', text }] },
});

/** In what a page has of its own, and once in each part of it. */
export function hostilePage(text: string): AnswerPage {
  return {
    verb: 'verify',
    name: text,
    scenario: text,
    title: text,
    verdict: { tone: 'bad', text },
    answer: [{ kind: 'outcomes', items: [{ name: text, came: { tone: 'good', text }, because: text }] }],
    body: [{ kind: 'group', title: text, blocks: [{ kind: 'paragraph', text: { code: text } }] }],
    setup: [{ kind: 'note', text }],
  };
}
