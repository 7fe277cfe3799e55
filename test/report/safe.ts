/** What each format must be, whatever a report quotes: read by parsers of others, not by patterns of ours. */
import { stripVTControlCharacters } from 'node:util';
import { marked } from 'marked';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { expect } from 'vitest';
import { all, parseXml } from './xml.ts';

/** Characters that no format may hold, in the text or hidden in it. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{DI}\ufffe\uffff]/u;
/** What GitHub makes a link of, in text. */
const LINK = /:\/\/evil\.example|www\.evil\.example/;

export function expectSafeText(text: string): void {
  // Our own colours come off; anything that is then left is a stranger's.
  const colours = [0, 1, 2, 22, 31, 32, 33, 34, 35, 36, 39].map((code) => `\u001b[${code}m`);
  const plain = colours.reduce((rest, colour) => rest.replaceAll(colour, ''), text);
  expect(plain.replaceAll('\n', '')).not.toMatch(UNSAFE);
  expect(stripVTControlCharacters(plain)).toBe(plain);
}

const ELEMENTS = new Set(
  (
    'html head meta title style body header main nav section p h1 h2 h3 h4 ul li a b strong code pre time span div ' +
    'table caption thead tbody tr th td details summary figure figcaption svg line rect circle text dl dt dd br'
  ).split(' '),
);
const ATTRIBUTES = new Set(
  (
    'lang charset name content http-equiv class id href rel datetime aria-label aria-labelledby aria-hidden scope role ' +
    'tabindex open title style width height x y cx cy r rx x1 x2 y1 y2 text-anchor'
  ).split(' '),
);
const STYLE = /^(?:--rate:[\d.]+|inline-size:\d+%|min-inline-size:12rem)$/;

type Node = DefaultTreeAdapterTypes.ChildNode;

export function expectSafeHtml(text: string): void {
  const wrong: string[] = [];
  const visit = (node: Node): void => {
    if (node.nodeName === '#text') {
      const value = 'value' in node ? node.value.replaceAll('\n', '') : '';
      if (UNSAFE.test(value) && node.parentNode?.nodeName !== 'style') wrong.push(value);
    } else if ('attrs' in node) {
      if (!ELEMENTS.has(node.tagName)) wrong.push(node.tagName);
      for (const { name, value } of node.attrs)
        if (!isOurs(name, value)) wrong.push(`${node.tagName} ${name}="${value}"`);
      node.childNodes.forEach(visit);
    } else if (node.nodeName !== '#documentType') wrong.push(node.nodeName);
  };
  parse(text).childNodes.forEach(visit);
  expect(wrong).toEqual([]);
}

function isOurs(name: string, value: string): boolean {
  if (!ATTRIBUTES.has(name) || UNSAFE.test(value)) return false;
  if (name === 'style') return STYLE.test(value);
  if (name === 'class') return /^[a-z ]*$/.test(value);
  return name !== 'href' || /^(?:#[a-z\d-]+$|https?:)/i.test(value);
}

export function expectSafeJunit(text: string): void {
  const root = parseXml(text);
  const names = ['testsuites', 'testsuite', 'testcase', 'properties', 'property', 'failure', 'error'];
  const ours = new Set([...names, 'skipped', 'system-out']);
  const wrong: string[] = [];
  const visit = ({ name, attributes, text: said, children }: typeof root): void => {
    const texts = [...Object.values(attributes), said.replaceAll('\n', '')];
    if (!ours.has(name)) wrong.push(name);
    wrong.push(...texts.filter((one) => UNSAFE.test(one)));
    children.forEach(visit);
  };
  visit(root);
  expect(wrong).toEqual([]);
  expect(all(root, 'testcase').length).toBeGreaterThan(0);
}

/** What our Markdown is made of; no link, image, emphasis, rule or definition. */
const TOKENS = new Set(
  'space heading paragraph table list list_item blockquote html text strong escape code codespan'.split(' '),
);
const FOLDS = /^(?:<\/?(?:details|summary)>\s*)+$/;
/** What GitHub makes a mention or a reference of, in text. */
const MENTION = /(?:^|[^\p{L}\p{N}_])@[a-z\d]|(?:^|[^\p{L}\p{N}_])#\d|\bGH-\d|\$[^$]+\$/iu;

export function expectSafeMarkdown(text: string): void {
  expect(text.replaceAll('\n', '')).not.toMatch(UNSAFE);
  const wrong: string[] = [];
  const headings: number[] = [];
  marked.walkTokens(marked.lexer(text, { gfm: true }), (token) => {
    if (!TOKENS.has(token.type)) wrong.push(`${token.type}: ${token.raw.slice(0, 200)}`);
    if (token.type === 'heading') headings.push(token.depth);
    if (token.type === 'html') {
      const summary = /<summary>([^<>]*)<\/summary>/.exec(token.raw)?.[1] ?? '';
      if (!FOLDS.test(token.raw.replace(summary, ''))) wrong.push(token.raw);
    }
    if (token.type === 'text' && !('tokens' in token && token.tokens !== undefined)) {
      const seen = decoded(token.raw);
      if (MENTION.test(seen) || LINK.test(seen)) wrong.push(seen);
    }
    if (token.type === 'table' && token.rows.some((row: unknown[]) => row.length !== token.header.length))
      wrong.push(token.raw);
  });
  expect(wrong).toEqual([]);
  expect(headings).toEqual([3]);
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

const decoded = (text: string): string =>
  text.replaceAll(/&(?:#(\d+)|(\w+));/g, (whole, code: string | undefined, name: string | undefined) =>
    code === undefined ? (NAMED[name ?? ''] ?? whole) : String.fromCodePoint(Number(code)),
  );
