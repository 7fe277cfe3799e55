/** Stand-ins for the machine, the sample and the cell, for suites that are tested without booting anything. */
import { spawnSync } from 'node:child_process';
import type { MetricValue, TestResult } from '../../scripts/evidence/types.ts';
import type { SampleSink, SuiteContext } from '../../scripts/suites/suite.ts';
import type { ExecResult, Machine } from '../../vm/machine.ts';

type Answer = (command: string) => Partial<ExecResult>;

/** A machine that answers commands as it is told, and remembers them. */
export function fakeMachine(
  answer: Answer,
  socket = '/nowhere',
): Machine & { commands: string[]; lose(reason: Error): void } {
  const lost = new AbortController();
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
  readonly provoked: string[];
  readonly kept: Record<string, string>;
}

export function recordedSink(id = 'start#1'): RecordedSink {
  const sink: RecordedSink = {
    id,
    slug: id.replace('#', '-'),
    metrics: {},
    errors: [],
    provoked: [],
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
    provokes: (...processes) => {
      sink.provoked.push(...processes);
    },
    keep: async (name, text) => {
      sink.kept[name] = text;
    },
  };
  return sink;
}

export function suiteContext(changes: Partial<SuiteContext> = {}): SuiteContext {
  return {
    cell: {
      id: 'test/runc=1.1.15',
      scenario: 'test',
      axes: { runc: '1.1.15' },
      expect: undefined,
      samples: 1,
      sampling: { auto: false, rate: undefined, confidence: 0.95 },
      timeout: 20,
      machine: { image: 'trixie', cpus: 2, memoryMiB: 2048, diskMiB: 4096, network: false },
      params: {},
    },
    cgroup: 'v2',
    cgroupDriver: 'cgroupfs',
    params: {},
    scratch: '/nowhere',
    keep: async () => {},
    guest: (work) => work(),
    ...changes,
  };
}

/** Whether `sh` can read a script; what it says when it can't. */
export function syntaxErrors(script: string): string {
  return spawnSync('/bin/sh', ['-n'], { input: script, encoding: 'utf8' }).stderr;
}
