import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { listScenarios, loadScenario, parseScenario } from '../../scripts/scenario/load.ts';
import { names, scenarioOf } from './fixture.ts';

const valid = join(import.meta.dirname, '../fixtures/scenarios/valid');

describe('a valid scenario', () => {
  it('has every default filled in', () => {
    const scenario = loadScenario('./minimal.yaml', { cwd: valid });
    const settings = {
      samples: 5,
      sampling: { auto: false, rate: undefined, confidence: 0.95 },
      timeout: 60,
      machine: { image: 'trixie', cpus: 2, memoryMiB: 1024, diskMiB: 4096, network: false },
      params: { memoryLimit: '15Mi', count: 5 },
    };
    expect(scenario).toEqual({
      ...settings,
      name: 'minimal',
      title: 'The least that a scenario needs',
      question: '',
      references: [],
      suite: { id: 'oci', cases: ['start', 'exec', 'start-many'] },
      axes: { runc: ['1.1.15'] },
      sources: ['deb:trixie', 'deb:bookworm', 'deb:forky', 'deb:sid', 'deb:experimental', 'deb:bullseye'],
      symptom: { case: 'fails' },
      build: {},
      kernelLog: { warn: ['oom-kill', 'panic', 'oops', 'hung-task', 'soft-lockup'], fail: [], ignore: [] },
      expect: [],
      maxSamples: 100,
      unsupported: [],
      cells: [
        {
          ...settings,
          id: 'minimal/runc=1.1.15',
          scenario: 'minimal',
          axes: { runc: '1.1.15' },
          expect: undefined,
        },
      ],
      file: 'minimal.yaml',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('says for each cell where its machine may come from', () => {
    const scenario = scenarioOf({
      axes: { runc: ['1.1.5', '1.1.15'] },
      machine: { memory: '2Gi' },
      overrides: [{ when: { runc: '1.1.15' }, machine: { provider: ['qemu'] } }],
    });
    expect(scenario.cells.map(({ providers }) => providers)).toEqual([undefined, ['qemu']]);
    expect(scenario.cells.map(({ machine }) => machine.memoryMiB)).toEqual([2048, 2048]);
    expect(scenarioOf({ machine: { provider: 'qemu' } }).providers).toEqual(['qemu']);
  });

  it('may use every key', () => {
    const scenario = loadScenario('./everything.yaml', { cwd: valid });
    expect(names(scenario)).toEqual([
      'runc=1.1.5,containerd=1.6,kernel=6.1,cgroup=v2,cgroupDriver=systemd,memoryLimit=15Mi',
      'runc=1.1.5,containerd=1.6,kernel=6.1,cgroup=v1,cgroupDriver=systemd,memoryLimit=15Mi',
      'runc=1.1.15,containerd=1.6,kernel=6.1,cgroup=v2,cgroupDriver=systemd,memoryLimit=15Mi',
      'runc=1.1.15,containerd=deb:forky,kernel=6.1,cgroup=v2,cgroupDriver=systemd,memoryLimit=15Mi',
      'runc=1.3.6,containerd=1.6,kernel=6.1,cgroup=v2,cgroupDriver=cgroupfs,memoryLimit=15Mi',
    ]);
    expect(scenario.question).toBe('A paragraph on two lines.');
    expect(scenario.symptom).toEqual({
      any: [
        { oomKill: { process: 'runc:[2:INIT]', cgroup: '/kubepods/', constraint: 'memcg' } },
        { error: '/unable to set memory limit/i' },
        { metric: 'memory.peak', above: 12 * 1024 ** 2, below: 1 },
        { any: [{ case: 'fails' }] },
      ],
    });
    expect(scenario).toMatchObject({
      samples: 7,
      timeout: 90,
      machine: { cpus: 1, memoryMiB: 1536, diskMiB: 1024, network: false },
      params: { memoryLimit: '15Mi', allocate: '100Mi', cri: 'v1' },
      suite: { id: 'cri', cases: ['pod-start', 'restart'] },
    });
    expect(scenario.cells.map((cell) => cell.expect?.verdict)).toEqual([
      'good',
      'skip',
      'bad',
      'bad',
      'good',
    ]);
    // Overrides add up, and the last one wins.
    expect(scenario.cells[1]).toMatchObject({
      samples: 3,
      timeout: 120,
      machine: { cpus: 4, memoryMiB: 2048, diskMiB: 1024, network: { allow: [] } },
      params: { allocate: '50Mi', cri: 'v1' },
    });
    expect(scenario.cells[0]).toMatchObject({
      samples: 7,
      timeout: 90,
      machine: { cpus: 1, memoryMiB: 2048 },
    });
  });

  it.each([
    [90, 90],
    ['45', 45],
    ['1.5m', 90],
    ['2h', 7200],
  ])('reads the timeout %s', (timeout, seconds) => {
    expect(scenarioOf({ timeout }).timeout).toBe(seconds);
  });

  it('takes a parameter from the axis that names it, then overrides, then suite.params', () => {
    const { cells } = scenarioOf({
      axes: { runc: ['1.1.5'], memoryLimit: ['10Mi', '20Mi'] },
      suite: { id: 'oci', params: { count: 7 } },
      overrides: [{ when: { memoryLimit: '20Mi' }, params: { count: 9 } }],
    });
    expect(cells.map(({ params }) => params)).toEqual([
      { memoryLimit: '10Mi', count: 7 },
      { memoryLimit: '20Mi', count: 9 },
    ]);
  });

  it('leaves out parameters that have no value', () => {
    expect(scenarioOf({ suite: { id: 'script', params: { run: 'true\nfalse' } } }).params).toEqual({
      run: 'true\nfalse',
    });
  });

  it('may have axes of its own for a script', () => {
    const { cells } = scenarioOf({
      suite: { id: 'script', params: { run: 'true' } },
      axes: { pods: [1, 10], tracing: [true], logLevel: ['debug'] },
    });
    expect(cells.map(({ axes }) => axes)).toEqual([
      { pods: 1, tracing: true, logLevel: 'debug' },
      { pods: 10, tracing: true, logLevel: 'debug' },
    ]);
  });

  it('knows its text by its digest', () => {
    const text = JSON.stringify({
      title: 't',
      axes: { runc: ['1'] },
      suite: 'oci',
      symptom: { case: 'fails' },
    });
    const one = parseScenario('a.yaml', text);
    expect(parseScenario('b.yaml', text).sha256).toBe(one.sha256);
    expect(parseScenario('a.yaml', `${text}\n`).sha256).not.toBe(one.sha256);
  });

  it('has a name that can be one of a folder', () => {
    expect(() => parseScenario('my question.yaml', '')).toThrow(
      /^my question.yaml: a scenario's name may have/,
    );
  });
});

describe('where scenarios are', () => {
  let cwd: string;
  const text = 'title: Mine\naxes: {runc: ["1.1.5"]}\nsuite: oci\nsymptom: {case: fails}\n';

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'repro-scenarios-'));
    mkdirSync(join(cwd, 'scenarios'));
  });
  afterEach(() => rmSync(cwd, { recursive: true }));

  it('one of the current folder hides the one that comes with the package', () => {
    writeFileSync(join(cwd, 'scenarios', 'smoke.yaml'), text);
    writeFileSync(join(cwd, 'scenarios', 'broken.yml'), 'title: [');
    expect(loadScenario('smoke', { cwd }).title).toBe('Mine');
    expect(loadScenario('smoke', { cwd }).file).toBe('scenarios/smoke.yaml');
    expect(loadScenario('oom-4427', { cwd }).file).toBe(join(packageRoot(), 'scenarios', 'oom-4427.yaml'));

    const listed = listScenarios({ cwd });
    expect(listed.map(({ name }) => name)).toEqual([
      'broken',
      'containerd16-cgroupfs',
      'kube-reserved',
      'kubelet-oom-4427',
      'mitigations-4427',
      'node-e2e-conformance',
      'oom-4427',
      'rare-failure',
      'smoke',
      'start-latency',
      'time-namespace',
    ]);
    expect(listed.find(({ name }) => name === 'smoke')?.title).toBe('Mine');
    expect(listed.find(({ name }) => name === 'broken')?.title).toBeUndefined();
  });

  it('a path is read as it is', () => {
    writeFileSync(join(cwd, 'mine.yml'), text);
    expect(loadScenario('mine.yml', { cwd })).toMatchObject({ name: 'mine', file: 'mine.yml' });
    expect(loadScenario(join(cwd, 'mine.yml'), { cwd: '/' }).file).toBe(join(cwd, 'mine.yml').slice(1));
    expect(loadScenario(join(cwd, 'mine.yml'), { cwd: packageRoot() }).file).toBe(join(cwd, 'mine.yml'));
  });
});
