import { appendFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConsoleReader, consoleState, consoleTail, probeSucceeded } from '../../vm/console.ts';
import { temporaryDir } from './support.ts';

describe('consoleState', () => {
  it.each([
    ['nothing', ''],
    ['a kernel under way', '[    0.100000] Linux version 6.12.0\n'],
    ['half of the mark', 'repro: rea'],
    ['a mark that only begins like it', 'repro: readying\n'],
  ])('%s is booting', (_, text) => {
    expect(consoleState(text)).toEqual({ kind: 'booting' });
  });

  it('is ready by the mark, also behind what another program printed', () => {
    expect(consoleState('[  3.1] random: crng init done repro: ready\r\n')).toEqual({ kind: 'ready' });
  });

  it('a panic after it was ready is a panic', () => {
    const text = 'repro: ready\r\n[ 9.1] Kernel panic - not syncing: Fatal exception in interrupt\r\n';
    expect(consoleState(text)).toEqual({
      kind: 'panic',
      why: 'kernel panic: Fatal exception in interrupt',
    });
  });

  it('tells why the initrd gave up', () => {
    expect(consoleState('repro-init: FATAL no disk base\r\n')).toEqual({
      kind: 'failed',
      why: 'the initrd gave up: no disk base',
    });
  });

  it.each(['You are in emergency mode. After', 'You are in rescue mode.', 'Press Enter for maintenance'])(
    'knows the rescue shell by %j',
    (text) => {
      expect(consoleState(text)).toMatchObject({ kind: 'failed' });
    },
  );
});

it('a probe succeeds when our initrd says so', () => {
  expect(probeSucceeded('[ 1.0] x\nrepro-init: probe ok\n')).toBe(true);
  expect(probeSucceeded('repro-init: FATAL probe\n')).toBe(false);
});

describe('consoleTail', () => {
  it('is the last lines, without empty ones', () => {
    const text = Array.from({ length: 30 }, (_, index) => `line ${index + 1}  \r\n\r\n`).join('');
    expect(consoleTail(text, 2)).toEqual(['line 29', 'line 30']);
    expect(consoleTail(text)).toHaveLength(20);
    expect(consoleTail('')).toEqual([]);
  });

  it.each([
    ['colours', '\x1b[0;1;31mFailed\x1b[0m to start', 'Failed to start'],
    ['what the firmware clears the screen with', '\x1bc\x1b[?7l\x1b[2JSeaBIOS', 'SeaBIOS'],
    ['a title that ends with BEL', 'a\x1b]0;title\x07b', 'ab'],
    ['an OSC that ends with ST, before a BEL', 'a\x1b]3008;start=x\x1b\\b\x07c', 'ab\x07c'],
    ['a character set', '\x1b(Bplain\x1b)0', 'plain'],
    ['a saved cursor', '\x1b7here\x1b8', 'here'],
    ['a sequence that was cut off', 'end\x1b[', 'end'],
  ])('takes out %s', (_, text, plain) => {
    expect(consoleTail(text)).toEqual([plain]);
  });

  it('a carriage return begins a line', () => {
    expect(consoleTail('10%\r20%\rdone\n')).toEqual(['10%', '20%', 'done']);
  });
});

describe('ConsoleReader', () => {
  it('has nothing before the file is there', async () => {
    expect(await new ConsoleReader(join(await temporaryDir(), 'none')).read()).toBe('');
  });

  it('puts torn pieces together, a mark among them', async () => {
    const file = join(await temporaryDir(), 'console.log');
    const reader = new ConsoleReader(file);
    await writeFile(file, 'booting\nrepro: re');
    expect(consoleState(await reader.read()).kind).toBe('booting');
    expect(await reader.read()).toBe('booting\nrepro: re');
    await appendFile(file, 'ady\n');
    expect(await reader.read()).toBe('booting\nrepro: ready\n');
    expect(consoleState(await reader.read()).kind).toBe('ready');
  });

  it('keeps bytes that are no text, also when a read ends among them', async () => {
    const file = join(await temporaryDir(), 'console.log');
    const reader = new ConsoleReader(file);
    await writeFile(file, Buffer.from([0x61, 0xc3]));
    await reader.read();
    await appendFile(file, Buffer.from([0xa4, 0x62]));
    expect(Buffer.from(await reader.read(), 'latin1')).toEqual(Buffer.from([0x61, 0xc3, 0xa4, 0x62]));
  });
});

it('the tail of a panic begins with its first line when the stack is longer', () => {
  const stack = Array.from({ length: 30 }, (_, index) => `  frame ${index}`);
  const tail = consoleTail(['before', 'Kernel panic - not syncing: oops', ...stack].join('\n'));
  expect(tail).toHaveLength(20);
  expect(tail[0]).toBe('Kernel panic - not syncing: oops');
  expect(tail.at(-1)).toBe('  frame 29');
});

describe('a console without an end', () => {
  it('keeps its beginning and its end, and the file is cut', async () => {
    const file = join(await temporaryDir(), 'console.log');
    const reader = new ConsoleReader(file);
    await writeFile(file, 'the first line\r\n[ 9.1] Kernel panic - not syncing: gone\r\n');
    for (let piece = 0; piece < 9; piece++) {
      await appendFile(file, Buffer.alloc(4 * 2 ** 20, `${piece}`));
      await reader.read();
    }
    await appendFile(file, 'the last line\r\n');
    const text = await reader.read();
    expect(text.length).toBeLessThan(5 * 2 ** 20);
    expect(text.startsWith('the first line\r\n')).toBe(true);
    expect(text.endsWith('8the last line\r\n')).toBe(true);
    expect(text).toMatch(/^\.\.\. [\d,]+ bytes left out \.\.\.$/m);
    expect((await stat(file)).size).toBeLessThan(32 * 2 ** 20);
    expect(await reader.state()).toEqual({ kind: 'panic', why: 'kernel panic: gone' });
  });

  it('knows a panic that the middle of a long console tells', async () => {
    const file = join(await temporaryDir(), 'console.log');
    const filler = 'x'.repeat(79).concat('\n').repeat(50_000);
    await writeFile(file, `repro: ready\n${filler}Kernel panic - not syncing: gone\n${filler}`);
    const reader = new ConsoleReader(file);
    expect(await reader.state()).toEqual({ kind: 'panic', why: 'kernel panic: gone' });
    expect(await reader.read()).not.toContain('panic');
  });
});
