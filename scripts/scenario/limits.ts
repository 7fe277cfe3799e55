/**
 * How large a scenario may be. Scenarios come from strangers, and all of a file is looked at before anything runs:
 * these keep that below a second. Each is far beyond what a person writes; the shipped files have 60 lines.
 */
import { Lexer, Parser } from 'yaml';

/** Bytes of the file. */
export const LARGEST_FILE = 128 * 1024;
/** Lines, and words and marks of YAML: what is wrong with each of them would be told. */
export const MOST_LINES = 5_000;
export const MOST_TOKENS = 50_000;
/** Lists and mappings in one another. */
export const DEEPEST = 50;
/** Entries of one list or mapping: values of an axis, exclusions, expectations. */
export const MOST_ENTRIES = 1_000;
/** Uses of anchors. What they stand for is no copy, but whoever walks through the values meets it each time. */
export const MOST_ALIASES = 100;
/** Each may apply to every point. */
export const MOST_OVERRIDES = 100;
export const MOST_AXES = 32;
/** Characters of an axis's name. */
export const LONGEST_AXIS = 64;
/** Characters of an axis's value: it may be the path of a file. */
export const LONGEST_VALUE = 1_000;
/** Points of the product of the axes. */
export const MOST_POINTS = 10_000;
/** Problems that are told of one file. */
export const MOST_PROBLEMS = 100;

export interface TextFlaw {
  /** Of the character at which it became too much, from 0. */
  readonly offset: number;
  readonly message: string;
}

/** What is too large in a YAML text, before it is made into values, which would take a stack as deep as the text. */
export function textFlaw(text: string): TextFlaw | undefined {
  if (text.length > LARGEST_FILE) {
    return { offset: 0, message: `${text.length} characters, and ${LARGEST_FILE} are the most` };
  }
  const lines = text.split('\n');
  if (lines.length > MOST_LINES) {
    const offset = lines.slice(0, MOST_LINES).join('\n').length;
    return { offset, message: `${lines.length} lines, and ${MOST_LINES} are the most` };
  }
  const parser = new Parser();
  let tokens = 0;
  let aliases = 0;
  let plain = false;
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme)) {
      // Documents, whole; their parts are looked at while they are made.
    }
    const offset = Math.max(0, parser.offset - lexeme.length);
    // An alias is *name; a plain or block text that begins so is announced by a mark.
    if (lexeme.startsWith('*') && !plain) aliases++;
    plain = lexeme === SCALAR;
    if (++tokens > MOST_TOKENS)
      return { offset, message: `more than ${MOST_TOKENS} words and marks of YAML` };
    if (aliases > MOST_ALIASES) return { offset, message: `more than ${MOST_ALIASES} aliases` };
    if (parser.stack.length > DEEPEST) {
      return { offset, message: `lists and mappings are in one another more than ${DEEPEST} deep` };
    }
    const here = parser.stack.at(-1);
    if (here !== undefined && 'items' in here && here.items.length > MOST_ENTRIES) {
      return { offset, message: `a list or mapping of more than ${MOST_ENTRIES} entries` };
    }
  }
  return undefined;
}

/** The lexer's mark before a plain or block scalar. */
const SCALAR = '\x1f';
