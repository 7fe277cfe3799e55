import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MachineError } from '../../scripts/lib/errors.ts';
import {
  collect,
  KEEP,
  lastLines,
  parseCollected,
  quote,
  runGuest,
  writeFile,
} from '../../scripts/suites/guest-shell.ts';
import { fakeMachine, runHere } from './support.ts';

const NASTY = ['', ' ', "it's", '$HOME `id` $(id)', '"\\n\\', 'a\nb\n', '%s %d', '-n', '*', 'ä ☃'];
const folder = () => mkdtempSync(join(tmpdir(), 'repro test-'));

describe('quote', () => {
  it.each(NASTY)('keeps %j one word', (text) => {
    expect(runHere(`printf '<%s>' ${quote(text)}`).stdout).toBe(`<${text}>`);
  });
});

describe('writeFile', () => {
  it.each(NASTY)('writes %j as it is', (text) => {
    const path = join(folder(), 'a file');
    expect(runHere(writeFile(path, text)).exitCode).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('collect', () => {
  it('brings back every file below a folder', () => {
    const root = folder();
    mkdirSync(join(root, 'one', 'deep'), { recursive: true });
    writeFileSync(join(root, 'one', 'err'), 'first: line\n\nlast line\n');
    writeFileSync(join(root, 'one', 'deep', 'number'), '7');
    writeFileSync(join(root, 'binary'), 'a\0b\n');
    writeFileSync(join(root, 'empty'), '');
    const files = parseCollected(runHere(collect(root)).stdout);
    expect([...files].sort()).toEqual([
      ['binary', 'a\0b'],
      ['one/deep/number', '7'],
      ['one/err', 'first: line\n\nlast line'],
    ]);
  });

  it('gives nothing for a folder without files, and for none', () => {
    expect(parseCollected(runHere(collect(folder())).stdout).size).toBe(0);
    expect(parseCollected(runHere(collect('/no/such/folder')).stdout).size).toBe(0);
  });
});

describe('keep', () => {
  it('copies a file, and skips one that is not there', () => {
    const root = folder();
    writeFileSync(join(root, 'events'), 'low 0\noom_kill 1\n');
    const { exitCode } = runHere(`${KEEP}\ncd ${quote(root)}\nkeep events copy && keep none other`);
    expect(exitCode).toBe(0);
    expect(readFileSync(join(root, 'copy'), 'utf8')).toBe('low 0\noom_kill 1\n');
    expect(() => readFileSync(join(root, 'other'))).toThrow();
  });
});

describe('runGuest', () => {
  it('returns what the script printed', async () => {
    await expect(
      runGuest(
        fakeMachine(() => ({ stdout: 'x' })),
        'this',
        'script',
      ),
    ).resolves.toBe('x');
  });

  it('says what failed, with its last words', async () => {
    const machine = fakeMachine(() => ({ exitCode: 3, stderr: 'no such file\n', stdout: 'fine so far' }));
    await expect(runGuest(machine, 'making a cup', 'script')).rejects.toMatchObject({
      code: 'guest-script',
      message: 'making a cup failed with exit code 3: no such file',
    });
  });

  it('says what did not end in time, and lets the other failures of a machine through', async () => {
    const failing = (code: 'exec-timeout' | 'lost', message: string) =>
      fakeMachine(() => {
        throw new MachineError(code, message);
      });
    const late = failing('exec-timeout', 'a command did not end within 9 s on the machine');
    await expect(runGuest(late, 'making a cup', 'script')).rejects.toMatchObject({
      code: 'exec-timeout',
      message: 'making a cup: a command did not end within 9 s on the machine',
    });
    await expect(runGuest(failing('lost', 'gone'), 'making a cup', 'script')).rejects.toThrow(/^gone$/);
  });

  it('takes stdout where stderr is silent', async () => {
    const machine = fakeMachine(() => ({ exitCode: 1, stdout: 'said here' }));
    await expect(runGuest(machine, 'it', 'script')).rejects.toThrow('it failed with exit code 1: said here');
  });
});

it('lastLines takes the end of a text', () => {
  expect(lastLines('\na\nb\nc\n\n', 2)).toBe('b\nc');
  expect(lastLines('', 2)).toBe('');
});
