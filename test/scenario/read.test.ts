import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { listScenarios } from '../../scripts/scenario/find.ts';
import { LARGEST_FILE } from '../../scripts/scenario/limits.ts';
import { loadScenario } from '../../scripts/scenario/load.ts';
import { readScenario } from '../../scripts/scenario/read.ts';

const dir = mkdtempSync(join(tmpdir(), 'repro-read-'));
afterAll(() => rmSync(dir, { recursive: true }));

const file = (name: string, content: string | Uint8Array = 'title: x\n') => {
  writeFileSync(join(dir, name), content);
  return name;
};
const folder = (name: string) => {
  mkdirSync(join(dir, name));
  return name;
};
const pipe = (name: string) => {
  execFileSync('mkfifo', [join(dir, name)]);
  return name;
};
const link = (name: string, target: string) => {
  symlinkSync(target, join(dir, name));
  return name;
};

const text = 'title: "größe"\n';

it.each<[string, () => string, string]>([
  ['a folder', () => folder('folder.yaml'), 'is a folder'],
  ['a pipe', () => pipe('pipe.yaml'), 'is not a file, but a pipe'],
  ['a device without an end', () => link('zero.yaml', '/dev/zero'), 'is not a file, but a pipe'],
  ['a link to itself', () => link('loop.yaml', 'loop.yaml'), 'its symbolic links go round in a circle'],
  ['nothing', () => 'nothing.yaml', 'there is no such file'],
  ['something in a file', () => `${file('plain')}/x.yaml`, 'there is no such file'],
  ['a name that is too long', () => `${'x'.repeat(300)}.yaml`, 'the name is too long'],
  ['a name with a NUL', () => 'a\0b.yaml', 'no file has such a name'],
  [
    'a large file',
    () => file('large.yaml', 'x'.repeat(300_000)),
    `has 300000 bytes, and ${LARGEST_FILE} are the most`,
  ],
  ['UTF-16', () => file('16.yaml', Buffer.from(`\ufeff${text}`, 'utf16le')), 'is in UTF-16'],
  ['Latin 1', () => file('latin.yaml', Buffer.from(text, 'latin1')), 'is not in UTF-8'],
  ['bytes', () => file('nul.yaml', 'title: a\0b\n'), 'is not a text file: it has a NUL byte'],
])('%s is no scenario', (_, make, why) => {
  const name = make();
  expect(() => readScenario(join(dir, name), name)).toThrow(`${name}: ${why}`);
  expect(() => loadScenario(`./${name}`, { cwd: dir })).toThrow(why);
});

it('UTF-8 is read, without the mark at its start', () => {
  expect(readScenario(join(dir, file('8.yaml', `\ufeff${text}`)), '8.yaml')).toBe(text);
});

it('a folder of scenarios with such files in it is listed', () => {
  const scenarios = join(dir, 'scenarios');
  mkdirSync(scenarios);
  execFileSync('mkfifo', [join(scenarios, 'pipe.yaml')]);
  symlinkSync('/dev/zero', join(scenarios, 'zero.yaml'));
  writeFileSync(join(scenarios, 'deep.yaml'), '['.repeat(100_000));
  writeFileSync(join(scenarios, 'fine.yaml'), text);
  expect(listScenarios({ cwd: dir, root: dir }).map(({ name, title }) => [name, title])).toEqual([
    ['deep', undefined],
    ['fine', 'größe'],
    ['pipe', undefined],
    ['zero', undefined],
  ]);
});
