import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { textFlaw } from './limits.ts';
import type { Path, ScenarioProblem } from './problems.ts';
import { type SplitText, splitText } from './split-text.ts';

/** A YAML file whose every value can be found again in the text. */
export interface ScenarioSource {
  /** The file's content as plain data; undefined when the syntax is too broken to go on. */
  readonly data: unknown;
  readonly problems: readonly ScenarioProblem[];
  /** Where a value, or the key that names it, stands; the nearest enclosing place when it isn't there. */
  locate(path: Path, at?: 'key' | 'value'): { readonly line: number; readonly column: number };
  /** A plain (unquoted) scalar as it was typed: `1.10` where the data says 1.1. */
  typed(path: Path): string | undefined;
  /** The text of which the key at a path is only a piece, because a comma ended it. */
  split(path: Path): SplitText | undefined;
}

/**
 * Parses the text of a scenario file. What is too large, syntax errors, duplicate keys and broken aliases become
 * problems.
 */
export function parseSource(file: string, whole: string): ScenarioSource {
  const lines = new LineCounter();
  const large = textFlaw(whole);
  // Nothing else is told of such a file.
  const text = large === undefined ? whole : '';
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const problems: ScenarioProblem[] = [];
  const report = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    problems.push({ file, line: Math.max(line, 1), column: Math.max(col, 1), path: '', message });
  };

  if (large !== undefined) {
    const above = whole.slice(0, large.offset).split('\n');
    const place = { line: above.length, column: (above.at(-1)?.length ?? 0) + 1 };
    problems.push({ file, ...place, path: '', message: `too large: ${large.message}` });
  }
  if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    report(0, 'YAML: scenarios are YAML 1.2: remove the line %YAML');
  }
  for (const error of document.errors) {
    const bracket = BRACKET.test(error.message);
    report(error.pos[0], bracket ? BRACKETED : (MESSAGES[error.code] ?? `YAML: ${error.message}`));
    // What comes after it is told of the pieces.
    if (bracket) break;
  }
  for (const warning of document.warnings) report(warning.pos[0], `YAML: ${warning.message}`);
  let broken = large !== undefined || document.errors.some((error) => error.code !== 'DUPLICATE_KEY');
  visit(document, {
    Alias(_, alias) {
      const target = alias.resolve(document);
      const [start] = alias.range ?? [0];
      const [from, to] = target?.range ?? [0, 0];
      if (target !== undefined && !(from <= start && start < to)) return;
      report(start, target === undefined ? `no anchor &${alias.source}` : `*${alias.source} contains itself`);
      broken = true;
    },
  });

  let data: unknown;
  try {
    data = broken ? undefined : document.toJS();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    report(
      0,
      why.startsWith('Excessive alias') ? 'too large: aliases of aliases of aliases' : `YAML: ${why}`,
    );
  }

  /** Nodes along a path, as far as it leads; each with the key that names it. */
  const walk = (path: Path) => {
    const trail: { key: Node | undefined; value: Node | undefined }[] = [
      { key: undefined, value: document.contents ?? undefined },
    ];
    for (const step of path) {
      const here = trail.at(-1)?.value;
      const node = isAlias(here) ? here.resolve(document) : here;
      if (isMap<Node, Node | null>(node)) {
        // The last one: of duplicate keys it is the one whose value counts.
        const pair = node.items.findLast((item) => String(item.key) === String(step));
        if (pair === undefined) break;
        trail.push({ key: pair.key, value: pair.value ?? undefined });
      } else if (isSeq<Node>(node) && node.items[Number(step)] !== undefined) {
        trail.push({ key: undefined, value: node.items[Number(step)] });
      } else break;
    }
    return trail;
  };

  return {
    data,
    problems,
    locate(path, at = 'value') {
      const trail = walk(path);
      const last = trail.at(-1);
      const found = trail.length === path.length + 1;
      const node = found && at === 'value' ? (last?.value ?? last?.key) : (last?.key ?? last?.value);
      const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
      return { line: Math.max(line, 1), column: Math.max(col, 1) };
    },
    typed(path) {
      const trail = walk(path);
      const node = trail.at(-1)?.value;
      return trail.length === path.length + 1 && isScalar(node) && node.type === 'PLAIN'
        ? node.source
        : undefined;
    },
    split(path) {
      const around = path.slice(0, -1);
      const trail = walk(around);
      if (trail.length !== path.length) return undefined;
      return splitText(trail.at(-1)?.value, String(path.at(-1)), text);
    },
  };
}

/** How the parser tells that a text without quotes goes on with a bracket. */
const BRACKET = /^Unexpected flow-(map|seq)-start at node end/;
const BRACKETED = 'YAML: in flow style {…}, a text with [ or { in it must be quoted';

const MESSAGES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key is here twice',
  MULTIPLE_DOCS: 'a scenario file holds one document; remove the ---',
  BLOCK_AS_IMPLICIT_KEY: 'YAML: a text with a colon and a space in it must be quoted',
  BLOCK_IN_FLOW: 'YAML: in flow style {…}, a text with a colon, or a dash, and a space in it must be quoted',
  TAB_AS_INDENT: 'YAML: indent with spaces, not with tabs',
};
