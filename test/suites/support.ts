/** Stand-ins for the machine, the sample and the cell, for suites that are tested without booting anything. */
import { spawnSync } from 'node:child_process';
import type { MetricValue } from '../../scripts/model/metric.ts';
import type { TestResult } from '../../scripts/model/sample.ts';
import type { Cell } from '../../scripts/scenario/types.ts';
import { loadSuite } from '../../scripts/suites/registry.ts';
import type { PreparedSuite, SampleSink, SuiteContext } from '../../scripts/suites/suite.ts';
import type { WrittenParams } from '../../scripts/suites/typed.ts';
import type { ExecResult, LogFollower, LogPosition, Machine } from '../../vm/machine.ts';

type Answer = (command: string) => Partial<ExecResult>;

/** A guest's kernel log: what it says reaches whoever follows it, as far as it still has it. */
export class FakeKernelLog implements LogFollower {
  /** The kernel's own count; counted up for each kill that it says. */
  oomKills: number | undefined = 0;
  #sequence = 0;
  #waiting = '';
  #listener: ((records: string) => void) | undefined;

  /** Lines of the kernel, as `dmesg` shows them, with or without a timestamp; `priority` from 8 on: of a program. */
  says(text: string, priority = 4): void {
    for (const line of text.split('\n').filter((one) => one !== '')) {
      const [, seconds = '1.0', message = ''] = /^(?:\[ *([\d.]+)\] )?(.*)$/s.exec(line) ?? [];
      if (priority < 8 && this.oomKills !== undefined && message.includes('Killed process')) this.oomKills++;
      const microseconds = Math.round(Number(seconds) * 1e6);
      this.#give(`${priority},${this.#sequence++},${microseconds},-;${message}\n`);
    }
  }

  /** So many records are overwritten before anyone could read them. */
  loses(records: number): void {
    this.#sequence += records;
  }

  follow(listener: (records: string) => void): this {
    this.#listener = listener;
    listener(this.#waiting);
    this.#waiting = '';
    return this;
  }

  async catchUp(): Promise<LogPosition> {
    return { oomKills: this.oomKills };
  }

  #give(record: string): void {
    if (this.#listener === undefined) this.#waiting += record;
    else this.#listener(record);
  }
}

/** A machine that answers commands as it is told, and remembers them. */
export function fakeMachine(
  answer: Answer,
  socket = '/nowhere',
): Machine & { commands: string[]; kernelLog: FakeKernelLog; lose(reason: Error): void } {
  const lost = new AbortController();
  const kernelLog = new FakeKernelLog();
  const commands: string[] = [];
  return {
    id: 'fake',
    facts: {
      provider: 'fake',
      accelerator: 'none',
      emulator: 'none',
      kernel: '6.12.0',
      cgroup: 'v2',
      cpus: 2,
      memoryMiB: 2048,
      start: 'cold',
      bootPhases: [],
    },
    lost: lost.signal,
    commands,
    kernelLog,
    followLog: (listener) => kernelLog.follow(listener),
    lose: (reason) => lost.abort(reason),
    async exec(command) {
      const text = typeof command === 'string' ? command : command.join(' ');
      commands.push(text);
      return { exitCode: 0, stdout: '', stderr: '', ...answer(text) };
    },
    copyIn: async () => {},
    copyOut: async () => {},
    attach: async () => {},
    forward: async () => socket,
    shell: async () => [],
    console: async () => '',
    usage: async () => ({ memoryBytes: 0 }),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Runs a script as the guest would, on this host. */
export function runHere(script: string, env: Record<string, string> = {}): ExecResult {
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { exitCode: status ?? -1, stdout, stderr };
}

/** A machine that is this host: only for scripts that stay in folders of their own. */
export function localMachine(env: Record<string, string> = {}): ReturnType<typeof fakeMachine> {
  return fakeMachine((script) => runHere(script, env));
}

export interface RecordedSink extends SampleSink {
  results: readonly TestResult[] | undefined;
  readonly metrics: Record<string, MetricValue>;
  readonly errors: string[];
  readonly expected: string[];
  readonly kept: Record<string, string>;
}

export function recordedSink(id = 'start#1'): RecordedSink {
  const sink: RecordedSink = {
    id,
    slug: id.replace('#', '-'),
    metrics: {},
    errors: [],
    expected: [],
    kept: {},
    results: undefined,
    tests: (results) => {
      sink.results = results;
    },
    metric: (name, value) => {
      sink.metrics[name] = value;
    },
    error: (text) => {
      sink.errors.push(text);
    },
    expectOomKills: (...processes) => {
      sink.expected.push(...processes);
    },
    keep: async (name, text) => {
      sink.kept[name] = text;
    },
  };
  return sink;
}

export const testCell: Cell = {
  id: 'test/runc=1.1.15',
  scenario: 'test',
  axes: { runc: '1.1.15' },
  expect: undefined,
  samples: 1,
  sampling: { auto: false, rate: undefined, confidence: 0.95 },
  timeout: 20,
  machine: { image: 'trixie', cpus: 2, memoryMiB: 2048, diskMiB: 4096, network: false },
  params: {},
};

export function suiteContext(changes: Partial<SuiteContext> = {}): SuiteContext {
  return {
    cell: testCell,
    cgroup: 'v2',
    cgroupDriver: 'cgroupfs',
    scratch: '/nowhere',
    keep: async () => {},
    guest: (work) => work(),
    ...changes,
  };
}

/** A suite made ready on a machine, as the runner has it: with parameters as a scenario writes them. */
export async function preparedSuite(
  id: string,
  machine: Machine,
  params: WrittenParams = {},
  context = suiteContext(),
): Promise<PreparedSuite<WrittenParams>> {
  const suite = await loadSuite(id);
  return suite.prepare({ machine, context, params }, new AbortController().signal);
}

/** Whether `sh` can read a script; what it says when it can't. */
export function syntaxErrors(script: string): string {
  return spawnSync('/bin/sh', ['-n'], { input: script, encoding: 'utf8' }).stderr;
}
