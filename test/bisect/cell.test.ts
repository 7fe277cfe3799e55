import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cellWith } from '../../scripts/bisect/cell.ts';
import { UsageError } from '../../scripts/lib/errors.ts';
import { findScenario } from '../../scripts/scenario/load.ts';
import { temporaryDir } from '../vm/support.ts';

const choice = {
  scenario: 'containerd16-cgroupfs',
  component: 'runc',
  filter: [],
  set: [],
  repo: undefined,
  otherRepos: [],
};

it('is the one cell, at the build, without what the scenario expects of other versions', () => {
  const { cell } = cellWith(choice, 'path:./runc');
  expect(cell).toMatchObject({ axes: { runc: 'path:./runc', containerd: '1.6' }, expect: undefined });
});

it('takes the samples that it is asked for, also where the scenario stops by itself', async () => {
  const file = join(await temporaryDir(), 'auto.yaml');
  const text = await readFile(findScenario('smoke'), 'utf8');
  await writeFile(file, text.replace('samples: 1', 'samples: auto'));
  const { cell } = cellWith({ ...choice, scenario: file }, 'path:./runc');
  expect(cell.sampling).toMatchObject({ auto: false, rate: undefined });
});

it('says how to choose among several', () => {
  const many = { ...choice, scenario: 'oom-4427' };
  const refused = () => cellWith(many, 'path:./runc');
  expect(refused).toThrow(UsageError);
  expect(refused).toThrow(/oom-4427 has \d+ cells, and a bisection runs one/);
  const { cell } = cellWith(
    { ...many, filter: ['cgroup=v2', 'containerd=1.6', 'cgroupDriver=systemd'], set: [] },
    'path:./runc',
  );
  expect(cell.axes).toMatchObject({ cgroup: 'v2', containerd: '1.6', cgroupDriver: 'systemd' });
});

it('does not let the component be set', () => {
  expect(() => cellWith({ ...choice, set: ['runc=1.1.5'] }, 'path:./runc')).toThrow('the bisection chooses');
});
