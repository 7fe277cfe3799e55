import { expect, test } from 'vitest';
import { forTerminal, lines, oneLine, safeJson, shortened } from '../../scripts/lib/plain.ts';

/** What a terminal, a reader's eye or an XML parser takes for something else than text. */
const TRICKS: Readonly<Record<string, string>> = {
  'a title': '\u001b]0;pwned\u0007',
  'a link': '\u001b]8;;https://evil.example\u001b\\',
  'a colour': '\u001b[31m',
  'a cleared screen': '\u001b[2J\u001b[H',
  'an answerback': '\u001b[c\u0005',
  'a device control string': '\u001bP+q544e\u001b\\',
  'a C1 introducer': '\u009b2J\u009d0;x\u009c',
  'a carriage return': 'good\rbad ',
  'a backspace': 'bad\b\b\bgood',
  'a null': '\u0000',
  'a deletion': '\u007f',
  'turned directions': '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c',
  'zero width': '\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u034f',
  'a blank letter': '\u3164\uffa0\u115f',
  tags: '\u{e0041}\u{e007f}',
  'half a character': '\ud800 \udc00',
  'no character': '\ufffe\uffff',
};
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{DI}\ufffe\uffff]/u;

test.each(Object.entries(TRICKS))('%s is no part of a line', (_, trick) => {
  expect(oneLine(`a${trick}b`)).not.toMatch(UNSAFE);
  expect(oneLine(`a${trick}b`)).toMatch(/^a.*b$/u);
  expect(lines(`a\n${trick}\nb`).join('')).not.toMatch(UNSAFE);
});

test.each(Object.entries(TRICKS))(
  '%s does not reach the terminal but as text or a colour of ours',
  (_, trick) => {
    const written = forTerminal(`a${trick}b\n`);
    expect(written.replaceAll('\u001b[31m', '').replaceAll('\n', '')).not.toMatch(UNSAFE);
  },
);

test('the last barrier lets our own colours pass, and none that hides text', () => {
  const ours = '\u001b[1m\u001b[31mbad\u001b[39m\u001b[22m\n\tx';
  expect(forTerminal(ours)).toBe(ours);
  expect(forTerminal('\u001b[8mhidden\u001b[28m\u001b[7mx\u001b[38;5;1my')).toBe('hiddenxy');
});

test.each(Object.entries(TRICKS))(
  'JSON with %s is the same value, and shows no control character',
  (_, trick) => {
    const value = { [`k${trick}`]: [trick] };
    const text = safeJson(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]/u);
  },
);

test('a line is not endless, and says what is missing', () => {
  expect(oneLine('x'.repeat(5000))).toBe(`${'x'.repeat(4000)}… (1000 more characters)`);
  expect(shortened('four', 4)).toBe('four');
  expect(lines('\n'.repeat(10_000))).toHaveLength(2001);
});

test('whole characters beyond the first plane stay', () => {
  expect(oneLine('a 𝔊 🙂 é')).toBe('a 𝔊 🙂 é');
});
