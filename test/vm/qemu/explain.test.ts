import { expect, it } from 'vitest';
import { MachineError } from '../../../scripts/lib/errors.ts';
import { consoleState } from '../../../vm/console.ts';
import { explainFailure } from '../../../vm/qemu/explain.ts';

const PANIC = 'repro: ready\r\n[ 9.1] Kernel panic - not syncing: Fatal exception\r\n';
const shows = (text: string) => ({ read: async () => text, state: async () => consoleState(text) });
const late = () => new MachineError('exec-timeout', 'a command did not end within 20 s on the machine');
const { signal: alive } = new AbortController();
const gone = () => AbortSignal.abort(new MachineError('lost', 'QEMU ended (exit code 0)'));

it('a panic on the console of a machine that ended is the reason', async () => {
  expect(await explainFailure(late(), shows(PANIC), gone())).toMatchObject({
    code: 'panic',
    message: 'kernel panic: Fatal exception',
    consoleTail: expect.arrayContaining([expect.stringContaining('Kernel panic')]),
  });
});

it('a panic is waited for until the machine has ended', async () => {
  const ending = new AbortController();
  const explained = explainFailure(late(), shows(PANIC), ending.signal);
  ending.abort(new MachineError('lost', 'QEMU ended'));
  expect(await explained).toMatchObject({ code: 'panic' });
});

it("the words of a panic on a machine that runs on are some program's", async () => {
  expect(await explainFailure(late(), shows(PANIC), alive, 10)).toMatchObject({
    code: 'exec-timeout',
    message: late().message,
  });
  const other = new Error('not of the machine');
  expect(await explainFailure(other, shows(PANIC), alive, 10)).toBe(other);
});

it('a machine that ended without a word says how', async () => {
  expect(await explainFailure(late(), shows(''), gone())).toMatchObject({
    code: 'lost',
    message: 'QEMU ended (exit code 0)',
  });
});
