import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../scripts/scenario/load.ts';

const KEYS = {
  title: 'A test',
  suite: { id: 'cri', cases: ['pod-start'] },
  symptom: { case: 'fails' },
  build: { runc: { packages: ['libseccomp-dev'], repository: '/first' } },
};

function buildOf(axes: Readonly<Record<string, readonly string[]>>, ...repo: string[]) {
  return parseScenario('test.yaml', JSON.stringify({ ...KEYS, axes }), { repo }).build;
}

describe('--repo', () => {
  it('is for the component that is built', () => {
    expect(buildOf({ runc: ['1.1.5', 'git:v1'], containerd: ['1.6'] }, '../runc')).toEqual({
      runc: { packages: ['libseccomp-dev'], repository: '../runc' },
    });
    expect(buildOf({ runc: ['1.1.5'] })).toEqual(KEYS.build);
  });

  it('names the component where there are several', () => {
    const axes = { runc: ['git:v1'], containerd: ['git:v2'] };
    const repo = ['runc=https://example.org/runc?a=b', 'containerd=/c'];
    expect(buildOf(axes, ...repo)).toMatchObject({
      runc: { repository: 'https://example.org/runc?a=b' },
      containerd: { repository: '/c' },
    });
    expect(() => buildOf(axes, '/c')).toThrow(
      '--repo /c: runc and containerd are built; say --repo runc=… or --repo containerd=…',
    );
  });

  it.each(['/x', 'runc=/x'])('%s is a mistake where nothing is built', (repo) => {
    expect(() => buildOf({ runc: ['1.1.5'] }, repo)).toThrow(/no cell has a git: revision of/);
  });
});

describe('build:', () => {
  const loaded = (build: unknown) => () =>
    parseScenario('test.yaml', JSON.stringify({ ...KEYS, axes: { runc: ['git:v1'] }, build }));

  it.each([
    [{ runcc: {} }, 'build.runcc: unknown key; did you mean runc?'],
    [
      { runc: { packages: ['Not a package'] } },
      'build.runc.packages[0]: must be the name of a Debian package',
    ],
    [{ runc: { go: 'latest' } }, 'build.runc.go: must be go.mod, none, or a version such as "1.22"'],
    [{ kernel: { run: 'make' } }, 'build.kernel: unknown key'],
  ])('%j', (build, message) => expect(loaded(build)).toThrow(message));
});
