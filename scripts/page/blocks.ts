/**
 * What an answer is made of, as data: a verb says with these what came out, and three renderers (`text.ts`,
 * `markdown.ts`, `html.ts`) say how it looks. All texts are plain: a renderer makes them safe in its medium. Pure.
 */

import { SIGNS as VERDICT_SIGNS } from '../report/findings.ts';

export type Medium = 'text' | 'markdown' | 'html';

/** `open`: neither was shown. */
export type Tone = 'good' | 'bad' | 'open';

/** As those of verdicts. */
export const SIGNS: Readonly<Record<Tone, string>> = {
  good: VERDICT_SIGNS.good,
  bad: VERDICT_SIGNS.bad,
  open: VERDICT_SIGNS.skip,
};

/** Stands behind the sign of its tone. */
export interface Judged {
  readonly tone: Tone;
  readonly text: string;
}

export interface Code {
  readonly code: string;
}

/** A piece of text. */
export type Inline = string | Judged | Code;

export interface Paragraph {
  readonly kind: 'paragraph';
  readonly text: Inline;
}

/** How it was measured, and how sure the answer is: the small print. */
export interface Note {
  readonly kind: 'note';
  readonly text: string;
}

export interface Bullets {
  readonly kind: 'bullets';
  /** Ends with a colon. */
  readonly title?: string | undefined;
  readonly items: readonly Inline[];
}

/** One below the other: lines of a terminal, elsewhere a list. */
export interface Sentences {
  readonly kind: 'sentences';
  readonly items: readonly string[];
}

/** What was asked of what: a name and its value each; one without a name stands for itself. */
export interface Settings {
  readonly kind: 'settings';
  readonly items: readonly { readonly name?: string | undefined; readonly value: Inline }[];
}

export interface Fact {
  /** Empty where it belongs to the one above. */
  readonly name: string;
  readonly value: Inline;
}

/** Short names with their values: below each other on a terminal. */
export interface Facts {
  readonly kind: 'facts';
  readonly items: readonly Fact[];
}

/** The parts that a verdict is made of. */
export interface Outcomes {
  readonly kind: 'outcomes';
  readonly items: readonly { readonly name: string; readonly came: Judged; readonly because: string }[];
}

export interface Table {
  readonly kind: 'table';
  readonly title: string;
  readonly header: readonly string[];
  /** As wide as the header; the first of a row names it. */
  readonly rows: readonly (readonly Inline[])[];
}

/** What a stranger wrote, line by line. */
export interface Quote {
  readonly kind: 'quote';
  readonly lines: readonly string[];
}

/** On one scale; all places are shares of it, 0..1. */
export interface Marks {
  /** A bar from 0. */
  readonly bar?: number | undefined;
  readonly interval?: { readonly low: number; readonly high: number } | undefined;
  readonly points?: readonly { readonly at: number; readonly tone: 'good' | 'bad' }[] | undefined;
  readonly limit?: number | undefined;
}

export type PlotColumn =
  | {
      readonly role: 'name' | 'number';
      readonly header: string;
      readonly align?: 'right' | undefined;
    }
  | {
      readonly role: 'track';
      readonly header: string;
      /** What stands at 0 and at 1. */
      readonly ends: readonly [string, string];
      /** Characters of a line of text; with 0 it is drawn in HTML alone. */
      readonly width: number;
    };

export interface PlotRow {
  /** For those who don't see the marks. */
  readonly label: string;
  /** One a column: marks where it is a track. */
  readonly cells: readonly (string | Marks)[];
}

/** A row a thing, with its marks on a scale that all rows have in common. */
export interface Plot {
  readonly kind: 'plot';
  readonly title: string;
  readonly columns: readonly PlotColumn[];
  readonly rows: readonly PlotRow[];
}

/** Blocks with a heading above them. */
export interface Group {
  readonly kind: 'group';
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block = (
  | Paragraph
  | Note
  | Bullets
  | Sentences
  | Settings
  | Facts
  | Outcomes
  | Table
  | Quote
  | Plot
  | Group
) & {
  /** Where it is shown; everywhere, if it doesn't say. */
  readonly only?: readonly Medium[] | undefined;
};

/**
 * The answer stands first where a page is read from its top, and last on a terminal, which is read from its bottom: so
 * a page says what is answer, and not in which order.
 */
export interface AnswerPage {
  /** The command: `verify`. */
  readonly verb: string;
  /** What it answers: `Is the upgrade safe`. */
  readonly name: string;
  readonly scenario: string;
  /** Of the scenario. */
  readonly title: string;
  /** The answer in one line, where there is one. */
  readonly verdict?: Judged | undefined;
  /** The answer, the most important first. */
  readonly answer: readonly Block[];
  /** What it follows from. */
  readonly body: readonly Block[];
  /** What was asked, and how. */
  readonly setup: readonly Block[];
}

export const isShown = ({ only }: Block, medium: Medium): boolean => only?.includes(medium) ?? true;

/** As plain text, with its sign. */
export function plainOf(inline: Inline): string {
  if (typeof inline === 'string') return inline;
  return 'code' in inline ? inline.code : `${SIGNS[inline.tone]} ${inline.text}`;
}
