import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InterruptedError, MachineError } from '../../scripts/lib/errors.ts';
import { packageOf, RunError, run, shell } from '../../scripts/lib/exec.ts';

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  );

let dir: string;
beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'repro-test-exec-')));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('run', () => {
  test('hands over every argument as it is', async () => {
    const args = ['', "it's", '$HOME `id`', 'a b', '*', '-n', '\\n', 'two\nlines'];
    const { stdout } = await run(['printf', '%s|', ...args]);
    expect(stdout).toBe(args.map((arg) => `${arg}|`).join(''));
  });

  test('has an empty stdin unless it is given one', async () => {
    expect((await run(['cat'])).stdout).toBe('');
    expect((await run(['cat'], { stdin: 'text' })).stdout).toBe('text');
  });

  test('runs where, and with the environment, it is told', async () => {
    expect((await run(['pwd'], { cwd: dir })).stdout.trim()).toBe(dir);
    const { stdout } = await run(['env'], { env: { REPRO_TEST: 'yes', HOME: undefined } });
    expect(stdout).toMatch(/^REPRO_TEST=yes$/m);
    expect(stdout).not.toMatch(/^HOME=/m);
    expect(stdout).toMatch(/^LC_ALL=C.UTF-8$/m);
  });

  test('keeps stdout, stderr and the exit code apart', async () => {
    const result = await run(['sh', '-c', 'echo out; echo err >&2; exit 3'], { okCodes: [0, 3] });
    expect(result).toEqual({ stdout: 'out\n', stderr: 'err\n', exitCode: 3 });
  });

  test('a failure tells how to run it by hand and what it printed last', async () => {
    const error = await failureOf(run(['sh', '-c', 'seq 1 50; exit 3'], { cwd: dir }));
    expect(error).toBeInstanceOf(RunError);
    const { code, exitStatus, command, message } = error as RunError;
    expect({ code, exitStatus }).toEqual({ code: 'run-failed', exitStatus: 3 });
    expect(command).toBe(`cd ${dir} && sh -c 'seq 1 50; exit 3'`);
    expect(message).toContain(command);
    expect(message).toContain('(10 lines before)');
    expect(message).toMatch(/ {2}11\n[\s\S]* {2}50$/);
    expect(message).not.toMatch(/^ {2}10$/m);
  });

  test('a program that is missing is named with its package', async () => {
    const error = await failureOf(run(['no-such-program', 'x']));
    expect(error).toMatchObject({
      code: 'tool-missing',
      message: 'no-such-program is not installed',
      hint: 'apt-get install no-such-program',
    });
    expect(packageOf('mksquashfs')).toBe('squashfs-tools');
    expect(await failureOf(run(['no-such-program'], { package: 'its-package' }))).toMatchObject({
      hint: 'apt-get install its-package',
    });
  });

  test('exit code 127 of a program that is there is a failure of its own', async () => {
    const error = await failureOf(run(['sh', '-c', 'echo not found >&2; exit 127']));
    expect(error).toMatchObject({ code: 'run-failed', exitStatus: 127 });
  });

  test('a working folder that is missing is a failure', async () => {
    expect(await failureOf(run(['true'], { cwd: join(dir, 'none') }))).toBeInstanceOf(RunError);
  });

  test('a program that is killed by a signal says by which', async () => {
    const error = await failureOf(run(['sh', '-c', 'kill -KILL $$']));
    expect((error as RunError).message).toContain('was killed by SIGKILL');
    expect((error as RunError).exitStatus).toBeUndefined();
  });

  test('a time limit ends it', async () => {
    const error = await failureOf(run(['sleep', '600'], { timeout: 50 }));
    expect(error).toMatchObject({ code: 'run-timeout', message: expect.stringContaining('within 0.05 s') });
  });

  test('one that writes without an end is ended, and its output is not kept', async () => {
    const error = await failureOf(run(['yes'], { maxOutput: 100_000 }));
    expect(error).toMatchObject({ code: 'run-output' });
    expect((error as RunError).message).toContain('yes wrote more than 100,000 bytes');
    expect((error as RunError).output.length).toBeLessThan(110_000);
  });

  test('of messages without an end, the beginning and the end are kept', async () => {
    const script = 'echo first >&2; head -c 1000000 /dev/zero >&2; echo last >&2';
    const { stderr } = await run(['sh', '-c', script], { maxOutput: 1000 });
    expect(stderr).toMatch(/^first\n\0+\n\.\.\. 999,011 bytes left out \.\.\.\n\0+last\n$/);
  });

  test('an abort ends it and all that it started', async () => {
    const abort = new AbortController();
    const pids = join(dir, 'pids');
    const script = `sleep 600 & echo $! >${pids}.new; mv ${pids}.new ${pids}; wait`;
    const running = run(['bash', '-c', script], { signal: abort.signal });
    await shell(`until [ -e ${pids} ]; do sleep 0.05; done`);
    abort.abort();
    expect(await failureOf(running)).toBeInstanceOf(InterruptedError);
    const state = await run(['sh', '-c', `ps -o stat= -p $(cat ${pids})`], { okCodes: [0, 1] });
    expect(state.stdout.replace(/Z.*/, '').trim()).toBe('');
  });

  test('an abort beforehand starts nothing', async () => {
    const error = await failureOf(run(['touch', 'started'], { cwd: dir, signal: AbortSignal.abort() }));
    expect(error).toBeInstanceOf(InterruptedError);
    expect((await run(['ls'], { cwd: dir })).stdout).not.toContain('started');
  });

  test('an abort for a reason of ours throws that reason', async () => {
    const lost = new MachineError('lost', 'gone');
    expect(await failureOf(run(['sleep', '600'], { signal: AbortSignal.abort(lost) }))).toBe(lost);
  });
});

test('shell: a failing command inside a pipeline fails the script', async () => {
  expect((await shell('echo a | tr a b')).stdout).toBe('b\n');
  expect(await failureOf(shell('false | cat; echo on'))).toBeInstanceOf(RunError);
});
