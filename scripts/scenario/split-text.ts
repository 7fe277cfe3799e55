/** Texts without quotes that a comma of flow style cut in two: `{ error: /a, b/ }` has a key `b/`. */
import { isMap, isScalar, type Node, type Pair, type YAMLMap } from 'yaml';
import { LONGEST_PATTERN } from '../lib/pattern.ts';

export interface SplitText {
  /** Where the text begins in the file. */
  readonly offset: number;
  /** `error`, the key whose value it is. */
  readonly key: string;
  /** The whole text, as it was meant. */
  readonly text: string;
  /** The pieces are a regular expression only together. */
  readonly certain: boolean;
}

type Item = Pair<Node, Node | null>;

/** Whole, between slashes. */
const EXPRESSION = /^\/.+\/[a-z]*$/s;
/** Characters of a text that are shown with its quotes. */
const LONGEST = 100;
/** Pieces of an expression that are looked for: strangers write files, too. */
const MOST_PIECES = 20;

/** The text of which `key` of the mapping is a piece; undefined when it is a key by right. `file`: all of its text. */
export function splitText(node: Node | undefined, key: string, file: string): SplitText | undefined {
  if (!isMap<Node, Node | null>(node) || node.flow !== true) return undefined;
  const { items }: YAMLMap<Node, Node | null> = node;
  const at = items.findLastIndex((item) => String(item.key) === key);
  const text = (head: number, last: number) =>
    file.slice(items[head]?.value?.range?.[0] ?? 0, endOf(items[last])).replaceAll(/\s+/g, ' ');
  const found = (head: number, last: number, certain: boolean): SplitText => ({
    offset: items[head]?.value?.range?.[0] ?? 0,
    key: String(items[head]?.key),
    text: text(head, last),
    certain,
  });

  const completes = (head: number, last: number) =>
    endOf(items[last]) - (items[head]?.value?.range?.[0] ?? 0) <= LONGEST_PATTERN &&
    EXPRESSION.test(text(head, last));

  for (let head = Math.max(0, at - MOST_PIECES); head < at; head++) {
    const begun = plainText(items[head]);
    if (begun === undefined || !begun.startsWith('/') || EXPRESSION.test(begun)) continue;
    const pieces = items.slice(head + 1, head + 1 + MOST_PIECES);
    const last = head + 1 + pieces.findIndex((_, index) => completes(head, head + 1 + index));
    if (last >= at && last > head) return found(head, last, true);
  }
  if (!isBare(items[at])) return undefined;
  const head = items.findLastIndex((item, index) => index < at && !isBare(item));
  if (plainText(items[head]) === undefined) return undefined;
  const next = items.findIndex((item, index) => index > at && !isBare(item));
  return found(head, (next === -1 ? items.length : next) - 1, false);
}

/** `a comma ended the text in flow style {…}: it needs quotes (error: "/a, b/")`. */
export function splitMessage({ key, text }: SplitText): string {
  const how = text.length > LONGEST ? '' : ` (${key}: ${quoted(text)})`;
  return `a comma ended the text in flow style {…}: it needs quotes${how}`;
}

/** In YAML's quotes; in those without escapes where there is a backslash. */
function quoted(text: string): string {
  return /[\\"]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}

/** A key alone, without so much as a colon. */
function isBare(item: Item | undefined): boolean {
  return item !== undefined && item.value === null && isScalar(item.key) && item.key.type === 'PLAIN';
}

function plainText(item: Item | undefined): string | undefined {
  const value = item?.value;
  return isScalar(value) && value.type === 'PLAIN' && typeof value.value === 'string'
    ? value.value
    : undefined;
}

function endOf(item: Item | undefined): number {
  return (item?.value ?? item?.key)?.range?.[1] ?? 0;
}
