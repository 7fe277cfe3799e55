/**
 * Markup that is made by templates. What is put into one is escaped, unless it was made by a template of the same
 * language: so nothing that a report quotes can be forgotten.
 */
import { oneLine } from '../lib/plain.ts';

type Language = 'html' | 'markdown';

export class Markup<L extends Language> {
  readonly language: L;
  readonly text: string;

  /** `text` is taken as it is: only for what is written in our own source. */
  constructor(language: L, text: string) {
    this.language = language;
    this.text = text;
  }

  /** Markup that is put into a string would be escaped with it, or not at all. */
  toString(): never {
    throw new TypeError('markup is not a string: put it into a template of its language');
  }
}

export type Html = Markup<'html'>;
export type Markdown = Markup<'markdown'>;
/** What can be put into a template; nothing for `undefined` and `false`. */
export type Part<L extends Language> = Markup<L> | string | number | undefined | false | readonly Part<L>[];

type Template<L extends Language> = (strings: TemplateStringsArray, ...parts: Part<L>[]) => Markup<L>;

function template<L extends Language>(language: L, quoted: (text: string) => string): Template<L> {
  const shown = (part: Part<L>): string => {
    if (part === undefined || part === false) return '';
    if (part instanceof Markup) return part.text;
    return typeof part === 'object' ? part.map(shown).join('') : quoted(String(part));
  };
  return (strings, ...parts) =>
    new Markup(
      language,
      strings.map((text, at) => (at < parts.length ? text + shown(parts[at]) : text)).join(''),
    );
}

/** HTML, for text and quoted attributes. */
export const html = template('html', escapeHtml);
/** GitHub's Markdown, as text of a paragraph, a list or a table cell. */
export const markdown = template('markdown', inert);

/** One after the other, also those that are empty. */
export function joined<L extends Language>(
  language: L,
  parts: readonly Markup<L>[],
  between: string,
): Markup<L> {
  return new Markup(language, parts.map(({ text }) => text).join(between));
}

/** For those that say something. */
export const isSaid = ({ text }: Markup<Language>): boolean => text !== '';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return oneLine(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** Of no width: parts what GitHub would make a link or a mention of, wherever it stands. */
const APART = '&#8203;';

/** Text as text: no markup, no table cell's end, no link, no mention of a user or an issue, no formula. */
function inert(text: string): string {
  return (
    oneLine(text)
      .trim()
      .replaceAll(/[&<>]/g, (character) => ENTITIES[character] ?? '')
      .replaceAll('$', '&#36;')
      .replaceAll(/[\\`*_[\]~|#]/g, '\\$&')
      .replaceAll('@', `@${APART}`)
      .replaceAll('://', `:${APART}//`)
      .replaceAll(/\b(www)\./gi, `$1${APART}.`)
      // Not in what was put in above.
      .replaceAll(/((?<!&)#|\bgh-)(?=\d)/gi, `$1${APART}`)
      // At the start: an item of a list, a heading's line, a rule.
      .replace(/^(\d*)([-+.)])(?= |$)/, '$1\\$2')
      .replace(/^([-=])(?=\1)/, '\\$1')
  );
}
