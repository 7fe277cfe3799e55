import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { failureLines } from '../../../scripts/artifact/build/diagnostics.ts';
import { chooseGo, type GoPackages, goDirective } from '../../../scripts/artifact/build/go.ts';
import { within } from '../../../scripts/artifact/build/limits.ts';
import { recipeOf } from '../../../scripts/artifact/build/recipe.ts';
import { packageList } from '../../../scripts/artifact/build/root.ts';
import { type SandboxHost, sandboxArgv } from '../../../scripts/artifact/build/sandbox.ts';
import { buildUser } from '../../../scripts/artifact/build/user.ts';
import { signal } from '../support.ts';

describe('which Go', () => {
  /** Suite -> version of each Go that it has. */
  const HAS: Readonly<Record<string, readonly string[]>> = {
    bullseye: ['1.15.15'],
    bookworm: ['1.19.8'],
    'bookworm-backports': ['1.23.2', '1.22.8', '1.21.11'],
    trixie: ['1.24.4'],
    'trixie-backports': ['1.25.3', '1.26.1'],
    sid: ['1.27~rc1'],
  };
  const asked = new Set<string>();
  const apt: GoPackages = {
    async names(suite, prefix) {
      asked.add(suite);
      const names = (HAS[suite] ?? []).flatMap((version) => {
        const minor = version.split('.', 2).join('.').replace(/~.*/, '');
        return [`golang-${minor}-go`, `golang-${minor}-src`, `golang-${minor}-doc`];
      });
      return names.filter((name) => name.startsWith(prefix));
    },
    async find(suite, name) {
      const minor = /^golang-(1\.\d+)-/.exec(name)?.[1] ?? '';
      const version = HAS[suite]?.find((one) => one.startsWith(minor));
      const rest = { sha256: 'ab', size: 1, depends: '' };
      return version === undefined ? undefined : { name, version: `${version}-2`, ...rest };
    },
  };

  it.each([
    ['1.13', '1.15', 'bullseye'],
    ['1.18', '1.19', 'bookworm'],
    ['1.19', '1.19', 'bookworm'],
    ['1.20', '1.21', 'bookworm-backports'],
    ['1.22.0', '1.22', 'bookworm-backports'],
    ['1.22.9', '1.23', 'bookworm-backports'],
    ['1.24.4', '1.24', 'trixie'],
    ['1.24.5', '1.25', 'trixie-backports'],
    ['1.27', '1.27', 'sid'],
  ])('%s', async (wanted, minor, suite) => {
    expect(await chooseGo(wanted, apt, signal)).toMatchObject({ minor, suite });
  });

  it('asks no suite that is too old', async () => {
    asked.clear();
    await chooseGo('1.24', apt, signal);
    expect([...asked]).toEqual(['trixie']);
  });

  it('names the packages exactly', async () => {
    const { packages } = await chooseGo('1.19', apt, signal);
    expect(packages).toBe('golang-1.19-go=1.19.8-2=ab golang-1.19-src=1.19.8-2=ab');
  });

  it('says when there is none', async () => {
    await expect(chooseGo('1.99', apt, signal)).rejects.toThrow('no suite of Debian has Go 1.99 or later');
  });

  it.each([
    ['module m\n\ngo 1.18\n', '1.18'],
    ['module m\ngo 1.22.4 // why\ntoolchain go1.23.1\n', '1.22.4'],
    ['module m\n\nrequire example.org/go v1.2.3\n', undefined],
  ])('reads the go line of %j', (text, directive) => expect(goDirective(text)).toBe(directive));
});

describe('the sandbox', () => {
  const order = {
    root: '/c/root',
    source: '/c/source',
    out: '/c/out',
    shared: '/c/shared',
    env: { TAG: 'v1' },
    script: 'make',
    go: undefined,
  };
  const limits = { memory: 4e9, processes: 1000, file: 5e9, temporary: 1e9, output: 6e7 };
  const host: SandboxHost = {
    user: { kind: 'mapped', id: 77 },
    filter: '/d/seccomp',
    pid: '/d/pid',
    limits,
    cgroups: [],
    hidden: ['/proc/kcore', '/proc/acpi', '/proc/sys'],
  };
  const text = (argv: string[]) => ` ${argv.join(' ')} `;

  it('has no network and nothing of the host', () => {
    const argv = text(sandboxArgv(order, host));
    for (const space of ['ipc', 'pid', 'net', 'uts', 'cgroup-try', 'user']) {
      expect(argv).toContain(` --unshare-${space} `);
    }
    expect(argv).toContain(' --clearenv ');
    expect(argv).toContain(' --new-session ');
    expect(argv).toContain(' --seccomp 9 ');
    expect(argv).toContain(' --ro-bind /c/root/usr /usr --ro-bind /c/root/etc /etc ');
    expect(argv).not.toContain(' /go ');
    expect(argv).not.toContain(' /sys ');
    const binds = [...argv.matchAll(/ --bind (\S+) (\S+)/g)].map(([, from, to]) => `${from} ${to}`);
    expect(binds).toEqual(['/c/source /src', '/c/out /out', '/c/shared /cache']);
    expect(argv).toContain(' --remount-ro / --chdir /src -- ');
    expect(argv.endsWith(' /bin/sh -euc make ')).toBe(true);
  });

  it('is a user without capabilities, for a user by a namespace', () => {
    const argv = text(sandboxArgv(order, host));
    expect(argv).toContain(' --unshare-user --uid 77 --gid 77 --cap-drop ALL ');
    expect(argv).not.toContain('--cap-add');
  });

  it('is one for root, too: what it takes to become that is given up before the script', () => {
    const argv = text(sandboxArgv(order, { ...host, user: { kind: 'own', id: 77 } }));
    expect(argv).not.toContain('--unshare-user');
    expect(argv).toContain(' --cap-drop ALL ');
    const [, inside = ''] = argv.split(' --chdir /src -- ');
    expect(inside).toContain('/usr/bin/setpriv --reuid=77 --regid=77 --clear-groups --bounding-set=-all ');
    expect(inside).toContain(' --no-new-privs /bin/sh -euc make');
  });

  it('has limits, and its own control groups where there are some', () => {
    const argv = text(sandboxArgv(order, { ...host, cgroups: ['/g/memory/b', '/g/pids/b'] }));
    expect(argv).toContain(' /usr/bin/prlimit --nproc=1000 --data=4000000000 --fsize=5000000000 ');
    expect(argv).toContain(' --perms 1777 --size 1000000000 --tmpfs /tmp ');
    expect(argv).toContain(' 60000000 /g/memory/b:/g/pids/b: nice ');
  });

  it('has no limits that its starter may not set', () => {
    const own = [
      'processes  100  200  processes',
      'data size  unlimited  unlimited  bytes',
      'file size  0  9  bytes',
    ];
    const text = ['Limit  Soft Limit  Hard Limit  Units', ...own.map((line) => `Max ${line}`), ''].join('\n');
    expect(within(limits, text)).toEqual({ ...limits, processes: 200, file: 9 });
  });

  it('hides what runc hides, as files and folders, and the rest of it is read-only', () => {
    const argv = text(sandboxArgv(order, host));
    expect(argv).toContain(' --ro-bind /dev/null /proc/kcore ');
    expect(argv).toContain(' --tmpfs /proc/acpi --remount-ro /proc/acpi ');
    expect(argv).toContain(' --ro-bind /proc/sys /proc/sys ');
  });

  it('has the Go that was chosen first on its path, and what the order says', () => {
    const argv = text(sandboxArgv({ ...order, go: { tree: '/c/go', minor: '1.19' } }, host));
    expect(argv).toContain(' --setenv PATH /go/usr/lib/go-1.19/bin:/usr/sbin:');
    expect(argv).toContain(' --ro-bind /c/go /go ');
    expect(argv).toContain(' --setenv TAG v1 ');
    expect(argv).toContain(' --setenv GOPROXY off ');
  });

  it('puts a tree into GOPATH that can be built nowhere else', () => {
    const argv = text(sandboxArgv({ ...order, importPath: 'k8s.io/kubernetes' }, host));
    const gopath = / --setenv GOPATH (\S+) /.exec(argv)?.[1];
    const place = `${gopath}/src/k8s.io/kubernetes`;
    expect(argv).toContain(` --bind /c/source ${place} `);
    expect(argv).toContain(` --chdir ${place} -- `);
    expect(argv.indexOf(' --tmpfs /tmp ')).toBeLessThan(argv.indexOf(` ${place} `));
  });
});

describe('who builds', () => {
  const all = '         0          0 4294967295\n';
  const few = '         0     100000      65536\n';

  it.each([
    ['a user, whoever that is to the host', 1000, [all, all], { kind: 'mapped', id: 1_900_000_000 }],
    ['for root, a user of its own', 0, [all, all], { kind: 'own', id: 1_900_000_000 }],
    ['for the root of a container', 0, [few, few], { kind: 'own', id: 60_999 }],
    ['where only the groups are few', 0, [all, few], { kind: 'own', id: 60_999 }],
    [
      'for a root that the host knows as a user',
      0,
      ['0 1000 1', '0 1000 1'],
      { kind: 'mapped', id: 1_900_000_000 },
    ],
  ] as const)('%s', (_, uid, maps, user) => expect(buildUser(uid, maps)).toEqual(user));

  it('is never root', () => {
    expect(() => buildUser(0, ['0 0 1', '0 0 1'])).toThrow("builds don't run as root");
  });
});

describe('why it does not build', () => {
  it("takes the compiler's lines", () => {
    const output = [
      'go build -trimpath -o runc .',
      '# github.com/opencontainers/runc/libcontainer',
      'libcontainer/container.go:12:3: undefined: foo',
      'nsenter.c:20:5: warning: unused variable',
      'nsenter.c:21:7: error: expected ;',
      'make: *** [Makefile:60: runc] Error 1',
    ].join('\n');
    expect(failureLines(output)).toEqual([
      'libcontainer/container.go:12:3: undefined: foo',
      'nsenter.c:21:7: error: expected ;',
    ]);
  });

  it('falls back on what names an error, then on the last lines', () => {
    expect(failureLines('a\nld: cannot find -lseccomp\nb')).toEqual(['ld: cannot find -lseccomp']);
    expect(failureLines('a\n\nb\nc\n', 2)).toEqual(['b', 'c']);
  });
});

describe('recipes', () => {
  it('are shipped for runc and containerd, and changed by key', () => {
    const recipe = recipeOf('runc', { packages: [], repository: '/mine' });
    expect(recipe).toMatchObject({ packages: [], repository: '/mine', go: 'go.mod' });
    expect(recipe.run).toBe(recipeOf('runc').run);
    expect(recipeOf('containerd').run).toContain('bin/containerd-shim-runc-v2');
  });

  it('are shipped for what Kubernetes is tested with, from one builder', () => {
    const [kubelet, e2eNode] = [recipeOf('kubelet'), recipeOf('e2eNode', { go: '1.20' })];
    expect(e2eNode).toEqual({ ...kubelet, run: e2eNode.run, go: '1.20' });
    expect(kubelet).toMatchObject({ sourcePackage: 'kubernetes', importPath: 'k8s.io/kubernetes' });
  });

  it.each([
    ['v1.20.2', '-X k8s.io/component-base/version.gitVersion=v1.20.2 ', 'gitMajor=1 ', 'gitMinor=20 '],
    ['v1.30.0-rc.1', 'gitVersion=v1.30.0-rc.1 ', 'gitMajor=1 ', 'gitMinor=30 '],
    ['', '-s -w'],
  ])('stamp the version %s into the kubelet', (tag, ...flags) => {
    const script = recipeOf('kubelet').run.replace(/^go build /m, 'printf "%s\\n" ');
    const said = execFileSync('/bin/sh', ['-euc', script], {
      env: { TAG: tag, OUT: '/out', PATH: '/usr/bin:/bin' },
    });
    for (const flag of flags) expect(String(said)).toContain(flag);
    expect(String(said).includes('-X')).toBe(tag !== '');
  });

  it('have to be whole', () => {
    expect(() => recipeOf('crun', { run: 'make' })).toThrow(
      expect.objectContaining({ hint: 'give the scenario build: { crun: { repository: … } }' }),
    );
  });
});

it('lists packages in one order', () => {
  const status =
    'Package: b\nStatus: install ok installed\nVersion: 2-1\n\nPackage: a\nVersion: 1:1\nSection: x\n\n';
  expect(packageList(status)).toBe('a 1:1\nb 2-1\n');
});
