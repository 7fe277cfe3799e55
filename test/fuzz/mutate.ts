/** Texts that were damaged: what a crash, a stranger or an editor makes of a file that was well-formed. */
import fc from 'fast-check';

/** Characters of a text that was made larger. */
const LONGEST = 60_000;

/** One damage. Places are shares of the text, 0 to 1. */
type Damage =
  | { readonly kind: 'cut' | 'double' | 'drop'; readonly from: number; readonly length: number }
  | { readonly kind: 'insert'; readonly from: number; readonly text: string }
  | { readonly kind: 'repeat'; readonly from: number; readonly length: number; readonly times: number }
  | { readonly kind: 'flip'; readonly from: number; readonly by: number };

const share = fc.double({ min: 0, max: 1, noNaN: true });

/** Texts that have a meaning somewhere. */
// biome-ignore format: a list of words
const HOSTILE = [
  '\0', '\n', '\r\n', '\t', '\ufeff', '\u2028', '\ud800', '\x1b[31m', '\x1f', '"', "'", '`', '\\', '\\u0000',
  '{', '}', '[', ']', '{}', '[]', '<', '>', '&', '&#0;', ']]>', '<!--', '%', '*', '&a ', '*a', '<<: ', '!!js/x ',
  '|', '>', '? ', ': ', '- ', '#', '---\n', '...\n', '__proto__', 'constructor', 'null', 'true', 'NaN', '-0', '1e999',
  '-1', '9'.repeat(30), '0x', '.nan', '/(a+)+$/', 'a'.repeat(300), ' '.repeat(300), '(', '[0-9', '../../..', '~',
] as const;

function damage(extra: readonly string[]): fc.Arbitrary<Damage> {
  const length = fc.oneof(fc.constantFrom(0.001, 0.01, 0.1, 0.5), share);
  const text = fc.oneof(fc.constantFrom(...HOSTILE, ...extra), fc.string({ unit: 'binary', maxLength: 12 }));
  return fc.oneof(
    fc.record({ kind: fc.constantFrom('cut', 'double', 'drop'), from: share, length }),
    fc.record({ kind: fc.constant('insert'), from: share, text }),
    fc.record({ kind: fc.constant('repeat'), from: share, length, times: fc.integer({ min: 2, max: 400 }) }),
    fc.record({ kind: fc.constant('flip'), from: share, by: fc.integer({ min: 1, max: 255 }) }),
  );
}

function apply(text: string, one: Damage): string {
  const at = Math.floor(one.from * text.length);
  switch (one.kind) {
    case 'insert':
      return text.slice(0, at) + one.text + text.slice(at);
    case 'flip': {
      const code = (text.charCodeAt(at) || 0) ^ one.by;
      return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
    }
    case 'repeat': {
      const part = text.slice(at, at + Math.ceil((one.length * text.length) / 20));
      return text.slice(0, at) + part.repeat(one.times) + text.slice(at);
    }
    default: {
      const end = at + Math.ceil(one.length * text.length);
      if (one.kind === 'cut') return text.slice(0, at);
      const part = one.kind === 'double' ? text.slice(at, end) : '';
      return text.slice(0, at) + part + part + text.slice(end);
    }
  }
}

/** Texts of `corpus` with some damages, now and then with none. `words` are those of the format. */
export function damaged(corpus: readonly string[], words: readonly string[] = []): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...corpus), fc.array(damage(words), { maxLength: 6 }))
    .map(([text, damages]) => damages.reduce((made, one) => apply(made, one).slice(0, LONGEST), text));
}

/** Texts of the words of a format, in any order. */
export function soup(words: readonly string[], maxLength = 60): fc.Arbitrary<string> {
  const word = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...words) },
    { weight: 1, arbitrary: fc.constantFrom(...HOSTILE) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  );
  return fc.array(word, { maxLength }).map((parts) => parts.join(''));
}

/** One line that is longer than any program writes, of a part of `words` again and again: patterns look for long in it. */
export function endless(words: readonly string[]): fc.Arbitrary<string> {
  const part = fc
    .tuple(fc.constantFrom(...words), share, share)
    .map(([word, from, to]) =>
      word.slice(Math.floor((from * word.length) / 2), Math.ceil((1 - to / 2) * word.length)),
    );
  return fc
    .tuple(soup(words, 2), part, fc.oneof(fc.constant(''), part), soup(words, 2))
    .map(([before, one, other, after]) => {
      const again = one + other;
      return before + again.repeat(Math.ceil(100_000 / Math.max(1, again.length))) + after;
    });
}

/** Texts of JSON in which a value was put into many lists or objects, or is a list of many. */
export function deepened(corpus: readonly string[]): fc.Arbitrary<string> {
  const times = fc.constantFrom(3, 60, 120, 3_000, 12_000);
  const frame = fc.constantFrom(
    ['[', ']'],
    ['{"a":', '}'],
    ['{"any":[', ']}'],
    ['{"__proto__":', '}'],
    ['0,', ''],
  );
  const key = fc.constantFrom(
    'later',
    '__proto__',
    'constructor',
    'symptom',
    'question',
    'files',
    'params',
    'metrics',
  );
  return fc
    .record({ text: fc.constantFrom(...corpus), times, frame, key, at: share })
    .map(({ text, times: many, frame: [open = '', close = ''], key: name, at }) => {
      const value = `${open.repeat(many)}${open === '0,' ? '0' : '{"case":"fails"}'}${close.repeat(many)}`;
      const whole = open === '0,' ? `[${value}]` : value;
      // After the brace of an object: of the whole text, or of one in it.
      const braces = [...text.matchAll(/\{(?=")/g)].map(({ index }) => index + 1);
      const place = braces[Math.floor(at * braces.length)] ?? braces[0] ?? 0;
      return `${text.slice(0, place)}"${name}":${whole},${text.slice(place)}`;
    });
}
