import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { remembered } from '../../scripts/artifact/remembered.ts';
import { temporaryDir } from '../vm/support.ts';

/** Asks for `file`, and counts how often that took an answer of its own. */
function asking(file: string) {
  let asked = 0;
  const ask = (inputs: string, answer: string) =>
    remembered(file, inputs, async () => {
      asked++;
      return answer;
    });
  return { ask, asked: () => asked };
}

it('an answer is asked for once, as long as the inputs stay the same', async () => {
  const { ask, asked } = asking(join(await temporaryDir(), 'below', 'answer'));
  const text = 'Package: runc\nVersion: 1\n\n';
  expect(await ask('index 1', text)).toBe(text);
  expect(await ask('index 1', 'never')).toBe(text);
  expect(asked()).toBe(1);
  expect(await ask('index 2', '')).toBe('');
  expect(await ask('index 2', 'never')).toBe('');
  expect(asked()).toBe(2);
});

it('damage is seen, and the answer asked for again', async () => {
  const file = join(await temporaryDir(), 'answer');
  const { ask, asked } = asking(file);
  await ask('i', 'sha256: abc');
  writeFileSync(file, readFileSync(file, 'utf8').replace('abc', 'abd'));
  expect(await ask('i', 'sha256: abc')).toBe('sha256: abc');
  writeFileSync(file, '');
  expect(await ask('i', 'again')).toBe('again');
  expect(asked()).toBe(3);
});

it('a place that can not be written to does no harm', async () => {
  const dir = await temporaryDir();
  mkdirSync(join(dir, 'answer'));
  const { ask } = asking(join(dir, 'answer'));
  expect(await ask('i', 'yes')).toBe('yes');
});

it('a failure is no answer', async () => {
  const file = join(await temporaryDir(), 'answer');
  await expect(remembered(file, 'i', () => Promise.reject(new Error('no mirror')))).rejects.toThrow(
    'no mirror',
  );
  expect(await remembered(file, 'i', async () => 'yes')).toBe('yes');
});
