import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UsageError } from '../../scripts/lib/errors.ts';
import { parseJson, writeJson } from '../../scripts/lib/json.ts';
import { temporaryDir } from '../vm/support.ts';

const schema = z.record(z.string(), z.unknown());
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

describe('JSON that anybody may have written', () => {
  it('is given back as it is', () => {
    expect(parseJson(deep(100), schema, 'x.json')).toMatchObject({ a: { a: {} } });
    expect(parseJson('{"names": ["__proto__", "constructor"]}', schema, 'x.json')).toEqual({
      names: ['__proto__', 'constructor'],
    });
  });

  it.each([
    ['{', 'x.json is damaged: Expected property name'],
    ['[]', 'x.json is damaged: Invalid input: expected record, received array, at the top level'],
    [deep(101), 'x.json is damaged: it has lists and objects more than 100 deep'],
    [deep(100_000), 'x.json is damaged: it has lists and objects more than 100 deep'],
    [`{"a": [{"__proto__": 1}]}`, 'x.json is damaged: it has the key __proto__, a name that'],
    [`{"a": {"\\u005f_proto__": 1}}`, 'x.json is damaged: it has the key __proto__, a name that'],
    ['{"toString": 1}', 'x.json is damaged: it has the key toString, a name that'],
  ])('or refused: %.40s', (text, message) => {
    expect(() => parseJson(text, schema, 'x.json')).toThrow(message);
    expect(() => parseJson(text, schema, 'x.json')).toThrow(UsageError);
  });
});

it('what is written can be looked at in a terminal, and is the same when it is read', async () => {
  const file = join(await temporaryDir(), 'a.json');
  const value = { text: 'a\u009b31m\u202eb' };
  await writeJson(file, value);
  expect(await readFile(file, 'utf8')).toBe('{\n  "text": "a\\u009b31m\\u202eb"\n}\n');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(value);
});
