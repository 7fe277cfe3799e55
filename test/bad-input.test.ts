/** Bad input that is told before anything is resolved or booted. What boots is in integration/bad-input.test.ts. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { takeLock } from '../scripts/lib/lock.ts';
import { thisOwner } from '../scripts/lib/owner.ts';
import { packageRoot } from '../scripts/lib/paths.ts';
import { Cli, expectClear } from './cli.ts';
import { twoCells } from './fixtures/reports/index.ts';

const cli = new Cli();
const SUITE = 'suite: { id: script, params: { run: "true" } }\nsymptom: { case: fails }\n';
const FILES: Readonly<Record<string, string>> = {
  'empty.yaml': '',
  'broken.yaml': 'title: "x\n',
  'axis.yaml': 'title: x\naxes: { runcc: ["1.1.5"] }\nsuite: oci\nsymptom: { oomKill: {} }\n',
  'suite.yaml': 'title: x\naxes: { runc: ["1.1.5"] }\nsuite: ocii\nsymptom: { oomKill: {} }\n',
  'case.yaml':
    'title: x\naxes: { runc: ["1.1.5"] }\nsuite: { id: oci, cases: [strat] }\nsymptom: { oomKill: {} }\n',
  'key.yaml': `title: x\naxes: { word: [a] }\n${SUITE}sample: 3\n`,
  'version.yaml': 'title: x\naxes: { runc: [1.1] }\nsuite: oci\nsymptom: { oomKill: {} }\n',
  'unsupported.yaml':
    'title: x\naxes: { runc: ["1.1.5"], cgroup: [v1], kernel: ["6.12"] }\nsuite: oci\nsymptom: { oomKill: {} }\n',
  'several.yaml': 'titel: x\naxes: { runcc: ["1.1.5"] }\nsuite: ocii\nsymptom: { oomKill: {} }\n',
  'odd.yaml': `title: x\naxes: { word: [a] }\n${SUITE}`,
  'odd name.yaml': `title: x\naxes: { word: [a] }\n${SUITE}`,
  'foreign/report.json': '{}',
  'newer/report.json': '{"schema": "repro.report/99"}',
  'torn/report.json': '{"schema": "repro.rep',
  'lacking/report.json': '{"schema": "repro.report/1"}',
  'provider.yaml': `title: x\naxes: { word: [a] }\n${SUITE}`.replace(
    '\nsymptom',
    '\nmachine: { provider: qmeu }\nsymptom',
  ),
  'taken/run.json': '{"scenario": "smoke", "filter": [], "set": []}',
  'asked/request.json': JSON.stringify({
    schema: 'repro.request/1',
    verb: 'bench',
    startedAt: '2026-01-02T03:04:05.000Z',
    command: ['repro', 'bench'],
    resumed: [],
    question: {
      scenario: 'smoke',
      filter: [],
      set: [],
      repo: [],
      baseline: '1.1.5',
      candidate: '1.1.15',
      samples: 2,
      seed: 1,
      tolerate: '10%',
    },
  }),
  'asked/question.json': JSON.stringify({
    schema: 'repro.question/1',
    scenario: 'smoke',
    sha256: 'x',
    cells: { 'smoke/runc=1.1.15': { sample: { suite: '"other"' }, rest: {} } },
  }),
  'torn-request/request.json': '{"schema": "repro.req',
  'torn-recipe/run.json': '{"scen',
  'deep.yaml': `title: x\naxes: ${'['.repeat(5000)}`,
  'deep/report.json': `{"schema": "repro.report/1", "symptom": ${'{"any": ['.repeat(5000)}${']}'.repeat(5000)}}`,
  'odd-recipe/run.json': '{}',
  'lost-recipe/run.json': '{"scenario": "gone", "filter": [], "set": []}',
  'edited/run.json': '{"scenario": "./odd.yaml", "filter": [], "set": []}',
  'edited/scenario.yaml': 'as it was',
  'edited/question.json': JSON.stringify({
    schema: 'repro.question/1',
    scenario: 'odd',
    sha256: 'x',
    cells: { 'odd/word=a': { sample: { 'params.run': '"false"' }, rest: {} } },
  }),
  'torn-question/run.json': '{"scenario": "./odd.yaml", "filter": [], "set": []}',
  'torn-question/question.json': '{"schema": "repro.question/1"}',
  'moved/run.json': JSON.stringify({
    scenario: './odd.yaml',
    cwd: '/elsewhere',
    filter: [],
    set: ['runc=path:./runc'],
  }),
};

beforeAll(() => {
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(join(cli.at(name), '..'), { recursive: true });
    writeFileSync(cli.at(name), text);
  }
  mkdirSync(cli.at('real'));
  for (const [link, target] of [
    ['link', 'real'],
    ['planted/cells', '../real'],
    ['theirs/report.json', '../foreign/report.json'],
    ['resumed/report.html', '../odd.yaml'],
  ] as const) {
    mkdirSync(dirname(cli.at(link)), { recursive: true });
    symlinkSync(target, cli.at(link));
  }
  writeFileSync(cli.at('resumed/run.json'), '{"scenario": "smoke", "filter": [], "set": []}');
  spawnSync('git', ['init', '--quiet', cli.at('repo')]);
  // Bundles the sources once, before many starts at a time would.
  spawnSync(process.execPath, [join(packageRoot(), 'scripts/launch.mjs'), '--setup']);
}, 300_000);

const BISECT = '--component runc --good v1 --bad v2';

type Row = readonly [what: string, command: string | readonly string[], message: RegExp];

/** All of them are the user's to mend: exit code 2, one message on stderr, nothing on stdout, nothing run. */
const ROWS: readonly Row[] = [
  ['no command', [], /^repro: Name a command; `repro --help` lists them\.$/m],
  ['an unknown command', 'rnu', /no command 'rnu'\. Did you mean run\?/],
  ['an unknown option', 'run smoke --jbos 2', /Unknown arguments?: jbos/],
  [
    'a scenario that is nested deeply',
    'list ./deep.yaml',
    /deep\.yaml:2:55: too large: lists and mappings are in one another more than 50 deep\n/,
  ],
  [
    'a report that is nested deeply',
    'report deep',
    /deep\/report\.json is damaged: it has lists and objects more than 100 deep/,
  ],
  [
    '--out that is a link',
    'run smoke --out link',
    /link is a symbolic link, and none is followed here\nhint: /,
  ],
  ['--out that holds a link', 'run smoke --out planted', /planted\/cells is a symbolic link/],
  ['a report that is a link', 'report theirs', /theirs\/report\.json is a symbolic link/],
  ['a run with a link, resumed', 'run --resume resumed', /resumed\/report\.html is a symbolic link/],
  ['an unknown format', 'report -f pdf', /Given: "pdf", Choices: .*"markdown"/],
  ['an action that the cache lacks', 'cache rm', /Did you mean ls\?/],
  ['no scenario named', 'run', /name a scenario to run\nhint: repro list shows them/],
  ['a scenario that is not there', 'run smok', /no scenario smok; did you mean smoke\?/],
  ['a file that is not there', 'run ./none.yaml', /none\.yaml: there is no such file/],
  ['a folder in place of a file', 'run ./taken', /taken: is a folder/],
  ['an empty file', 'run ./empty.yaml', /empty\.yaml:1:1: the file is empty/],
  ['broken YAML', 'run ./broken.yaml', /broken\.yaml:2:1: YAML: Missing closing "quote/],
  [
    'a file name that no cell id can have',
    ['run', './odd name.yaml'],
    /odd name\.yaml: a scenario's name may have/,
  ],
  ['an unknown axis', 'run ./axis.yaml', /axis\.yaml:2:9: axes\.runcc: unknown axis; did you mean runc\?/],
  [
    'a misspelt suite',
    'run ./suite.yaml',
    /suite\.yaml:3:8: suite: must be oci, cri, kubelet, start-latency, node-e2e, critest or script, not ocii; did you mean oci\?/,
  ],
  ['a misspelt case', 'run ./case.yaml', /case\.yaml:3:\d+: suite\.cases\[0\]:.*strat.*did you mean start\?/],
  ['a misspelt key', 'run ./key.yaml', /key\.yaml:5:1: sample: unknown key; did you mean samples\?/],
  [
    'a version that YAML reads as a number',
    'run ./version.yaml',
    /version\.yaml:2:\d+: axes\.runc\[0\]:.*quote/,
  ],
  ['several mistakes at once', 'run ./several.yaml', /titel[\s\S]*runcc[\s\S]*ocii/],
  [
    'nothing but an unsupported point',
    'run ./unsupported.yaml',
    /every combination is unsupported: cgroup v1: kernel 6\.12 .*CONFIG_MEMCG_V1/,
  ],
  ['a question without its arms', 'verify smoke', /repro verify needs --baseline, --candidate/],
  ['a floor of nothing', 'floor', /repro floor needs <scenario>/],
  ['a folder without a question', 'floor --resume taken', /taken has no request\.json: it is not a run of/],
  ['a torn question', 'verify --resume torn-request', /torn-request\/request\.json is damaged: /],
  [
    'the question of another verb',
    'floor --resume asked',
    /asked is a run of repro bench, not of repro floor/,
  ],
  [
    'a question that is changed on resume',
    'bench smoke --samples 3 --resume asked',
    /--resume cannot be combined with a scenario, --samples/,
  ],
  [
    'a scenario that changed since',
    'bench --resume asked',
    /smoke\.yaml is not what it was when the run in asked began:/,
  ],
  ['--out with a question in it', 'floor mitigations-4427 --out asked', /asked holds a run already/],
  ['no samples', 'run smoke --samples 0', /--samples must be a whole number from 1 to 10000/],
  ['samples that are no number', 'run smoke --samples many', /--samples must be a whole number/],
  ['an option without its value', 'run smoke --samples', /Not enough arguments following: samples/],
  ['no jobs', 'run smoke --jobs 0', /--jobs must be a whole number, 1 or more/],
  ['a filter with an unknown axis', 'run smoke --filter rnc=1.1.15', /no axis rnc .*did you mean runc\?/],
  ['a filter with a value that no cell has', 'run smoke --filter runc=9', /runc is never 9 \(1\.1\.15\)/],
  ['a filter that is none', 'run smoke --filter nonsense', /is neither axis=value nor a cell/],
  [
    'a filter for an unsupported point',
    'run oom-4427 --filter cgroup=v1 --filter kernel=6.12',
    /no cell is left: cgroup v1: kernel 6\.12 is built without/,
  ],
  ['--set without a value', 'run smoke --set runc', /--set runc: must be axis=value/],
  ['--set of an unknown axis', 'run smoke --set runcc=1', /--set runcc: unknown axis; did you mean runc\?/],
  [
    '--set of an unknown parameter value',
    'run smoke --set memoryLimit=lots',
    /--set memoryLimit=lots: .*memory quantity/,
  ],
  [
    'an unknown artifact scheme',
    'run smoke --set runc=rpm:9',
    /--set runc=rpm:9: unknown kind of source rpm/,
  ],
  [
    'a misspelt Debian suite',
    'run smoke --set runc=deb:trixi',
    /trixi is not a Debian suite; did you mean deb:trixie\?/,
  ],
  ['--out with a run in it', 'run smoke --out taken', /taken holds a run already\nhint: .*--resume taken/],
  [
    '--out where no folder can be',
    'run smoke --out empty.yaml/x',
    /can't make a folder for the run: ENOTDIR/,
  ],
  ['--resume of nothing', 'run --resume nothing', /no run nothing: neither a folder/],
  [
    '--resume latest where nothing ran',
    'run --resume latest',
    /no run with a run\.json stands in repro-runs/,
  ],
  [
    '--resume of a foreign folder',
    'run --resume foreign',
    /foreign has no run\.json, so it can't be resumed/,
  ],
  ['--resume with a torn recipe', 'run --resume torn-recipe', /torn-recipe\/run\.json is damaged/],
  ['--resume with a recipe that is none', 'run --resume odd-recipe', /odd-recipe\/run\.json is damaged/],
  [
    '--resume when the scenario was edited',
    'run --resume edited',
    /odd\.yaml is not what it was when the run in edited began:\n(?: {2}.*\n)* {2}params\.run: "false" -> "true"\n(?: {2}.*\n)*hint: put it back \(as it was: edited\/scenario\.yaml\), or go on with --as-changed/,
  ],
  [
    '--resume with a damaged question',
    'run --resume torn-question',
    /torn-question\/question\.json is damaged: /,
  ],
  [
    '--resume from another folder of what is relative',
    'run --resume moved',
    /the run in moved names \.\/runc, relative to the folder it was begun in\nhint: .*cd \/elsewhere/,
  ],
  ['--as-changed of a new run', 'run smoke --as-changed', /--as-changed says how to go on with a run/],
  ['--resume when the scenario is gone', 'run --resume lost-recipe', /no scenario gone/],
  ['a scenario named twice', 'run smoke smoke', /two of the scenarios are called smoke/],
  ['--resume beside a scenario', 'run smoke --resume taken', /cannot be combined with a scenario: /],
  [
    '--resume on other machines',
    'run --resume taken --provider qemu',
    /cannot be combined with --filter, .*--provider, --samples and --out: /,
  ],
  [
    'bench --resume on other machines',
    'bench --resume asked --provider qemu',
    /cannot be combined with --provider: /,
  ],
  [
    'bisect --resume on other machines',
    'bisect --resume latest --provider qemu',
    /cannot be combined with other options/,
  ],
  ...[
    'run smoke',
    'verify smoke --baseline 1.1.5 --candidate 1.1.15',
    'bench smoke --baseline 1.1.5 --candidate 1.1.15',
    'floor smoke',
    'isolate smoke',
    'bisect smoke --component runc --good a --bad b',
    'show smoke',
    'doctor',
  ].map((command): [string, string, RegExp] => [
    `machines of no kind: ${command.split(' ')[0]}`,
    `${command} --provider qmeu`,
    /--provider qmeu: there is no such provider; there is qemu, docker; did you mean qemu\?/,
  ]),
  [
    'a scenario on machines of no kind',
    'run ./provider.yaml',
    /provider\.yaml:4:22: machine\.provider: must be qemu or docker, not qmeu; did you mean qemu\?/,
  ],
  [
    '--resume with another size',
    'run --resume taken --samples 3',
    /cannot be combined with .*--samples and --out: /,
  ],
  ['a floor without a memory limit', 'floor ./odd.yaml', /suite script has no parameter memoryLimit/],
  [
    'floors to compare without a memory limit',
    'verify ./odd.yaml --baseline word=a --candidate word=b --floor',
    /suite script has no parameter memoryLimit/,
  ],
  ['a floor between limits that are none', 'floor smoke --to lots', /--to lots: must be a memory quantity/],
  ['a floor between no limits', 'floor smoke --from 8Mi --to 4Mi', /--from 8Mi is above --to 4Mi/],
  ['a step of half a page', 'floor smoke --step 2Ki', /--step 2Ki: must be .* whole pages of 4Ki/],
  ['a floor that fails always', 'floor smoke --rate 100%', /--rate 100%: must be from 0\.1% to 50%/],
  ['a floor that is certain', 'floor smoke --confidence 1', /--confidence 1: must be from 50% to 99\.99%/],
  ['a floor without samples', 'floor smoke --samples 0', /--samples must be a whole number from 1/],
  ['a bisection of nothing', 'bisect', /a bisection needs <scenario>, --component/],
  [
    'a bisection of several cells',
    `bisect oom-4427 ${BISECT}`,
    /oom-4427 has \d+ cells, and a bisection runs one/,
  ],
  [
    'a bisection of what has no commits',
    `bisect smoke ${BISECT} --component kernel`,
    /Given: "kernel", Choices: "runc"/,
  ],
  ['a build of nothing', `bisect smoke ${BISECT} --build make`, /--build needs --repo/],
  ['what nothing builds', `bisect smoke ${BISECT} --binary runc`, /--binary says what --build makes/],
  [
    'a bisection of what is not run',
    'bisect smoke --component crun --good 1 --bad 2',
    /oci doesn't run crun/,
  ],
  [
    'a bisection where no repository is',
    `bisect smoke ${BISECT} --repo taken`,
    /taken is not a git repository/,
  ],
  [
    'a bisection between nothing',
    `bisect smoke ${BISECT} --repo repo`,
    /repo has no commit v1\nhint: name a tag/,
  ],
  [
    'a certain bisection',
    `bisect smoke ${BISECT} --confidence 100%`,
    /--confidence must be from 50% to below 100%/,
  ],
  [
    'a bisection of what is set',
    `bisect smoke ${BISECT} --set runc=1.1.5`,
    /that is what the bisection chooses/,
  ],
  [
    '--git-log without a log',
    `bisect smoke ${BISECT} --repo repo --git-log none`,
    /none can't be read: ENOENT/,
  ],
  [
    '--resume of no bisection',
    'bisect --resume taken',
    /taken has no bisection\.json: it is not a bisection/,
  ],
  ['--resume beside a scenario to bisect', 'bisect smoke --resume taken', /; only --confidence/],
  ['the log of no bisection', 'bisect log', /no run with a bisection\.json stands in repro-runs/],
  ['report of nothing', 'report nothing', /no run nothing: neither a folder, nor a report\.json/],
  ['report where nothing ran', 'report', /no run with a report\.json stands in repro-runs/],
  ['report of a run that has none', 'report taken', /taken can't be reported: no report\.json/],
  ['a foreign report', 'report foreign', /foreign\/report\.json is not a report of repro/],
  [
    "a later version's report",
    'report newer',
    /schema repro\.report\/99; this version of repro reads repro\.report\/2 and older/,
  ],
  ['a torn report', 'report torn', /torn\/report\.json is damaged: .*JSON/],
  ['a report that lacks fields', 'report lacking', /lacking\/report\.json is damaged: .*, at \w+/],
  ['shell without a cell', 'shell latest', /Not enough non-option arguments/],
  ['shell with a cell that no run has', 'shell whole nocell', /'nocell' fits no cell of this run:\n {2}\S+/],
  [
    'shell with a part that fits several cells',
    'shell whole =',
    /'=' fits more than one cell of this run:\n {2}\S+\n {2}\S+/,
  ],
  ['prune by a negative age', 'cache prune --days=-1', /--days must be a number, 0 or more/],
];

describe('bad input', { timeout: 300_000 }, () => {
  beforeAll(() => {
    mkdirSync(cli.at('whole'), { recursive: true });
    writeFileSync(cli.at('whole', 'report.json'), JSON.stringify(twoCells()));
  });

  it.concurrent.each(ROWS)('%s', async (_, command, message) => {
    const result = await cli.run(typeof command === 'string' ? command.split(' ') : command);
    expect(result.stderr).toMatch(message);
    expect(result.stderr.match(/^repro: /gm)).toHaveLength(1);
    expectClear(result);
    expect(result.stdout).toBe('');
    expect(result.code).toBe(2);
  });

  it.concurrent.each([['REPRO_BOOT_TIMEOUT', 'soon', /REPRO_BOOT_TIMEOUT is 'soon'; it must be seconds/]])(
    '%s=%s',
    async (name, value, message) => {
      const result = await cli.run(['run', 'smoke'], { env: { [name]: value } });
      expect(result.stderr).toMatch(message);
      expectClear(result);
      expect(result.code).toBe(2);
    },
  );

  it.concurrent('a host without the tools: each by name, with its package, and nothing is installed', async () => {
    const result = await cli.run(['run', 'smoke', '--out', 'no-tools'], { env: { PATH: cli.at('nothing') } });
    expect(result.stderr).toMatch(/REPRO_NO_INSTALL is set, and this host lacks:\n/);
    expect(result.stderr).toMatch(
      /^ {2}qemu-system-x86_64 {2}runs the machines \(Debian package qemu-system-x86\)$/m,
    );
    expect(result.stderr).toMatch(/^hint: sudo apt-get install .*\bqemu-system-x86\b/m);
    expectClear(result);
    expect(result.code).toBe(125);
  });

  it.concurrent.each([
    ['run --resume held', 'held'],
    ['run ./odd.yaml --out held-new', 'held-new'],
    ['verify smoke --baseline 1.1.5 --candidate 1.1.15 --out held-verify', 'held-verify'],
    ['bench smoke --baseline 1.1.5 --candidate 1.1.15 --out held-bench', 'held-bench'],
    ['floor smoke --out held-floor', 'held-floor'],
  ])('a folder that another process uses: %s', async (command, dir) => {
    mkdirSync(cli.at(dir), { recursive: true });
    if (dir === 'held') writeFileSync(cli.at(dir, 'run.json'), FILES['edited/run.json'] ?? '');
    await using _ = await takeLock(cli.at(dir, 'run'));
    const result = await cli.run(command.split(' '));
    expect(result.stderr).toMatch(
      new RegExp(`^repro: ${dir} is in use by process ${process.pid} on host \\S+\nhint: wait until`, 'm'),
    );
    expectClear(result);
    expect(result.code).toBe(125);
  });

  it.concurrent('reap removes what a process left that is gone, and says so; a second finds nothing', async () => {
    const env = {
      TMPDIR: cli.at('left/tmp'),
      REPRO_CACHE: cli.at('left/cache'),
      XDG_STATE_HOME: cli.at('left/state'),
    };
    const owner = JSON.stringify({ ...thisOwner(), pid: 1, started: '2' });
    const processFolder = cli.at('left/tmp', `repro-${process.getuid?.()}`, '1-2');
    for (const dir of [
      join(processFolder, 'cell-x'),
      cli.at('left/cache/deb/.making-x-1'),
      cli.at('left/cache/deb/x-1.lock'),
      cli.at('left/cache/.users/1-2'),
      cli.at('left/run/run.lock'),
      cli.at('left/run/run.y.lock'),
    ])
      mkdirSync(dir, { recursive: true });
    chmodSync(join(processFolder, '..'), 0o700);
    writeFileSync(join(processFolder, 'locks-x'), cli.at('left/run'));
    for (const dir of [
      processFolder,
      cli.at('left/cache/deb/x-1.lock'),
      cli.at('left/cache/.users/1-2'),
      cli.at('left/run/run.lock'),
      cli.at('left/run/run.y.lock'),
    ])
      writeFileSync(join(dir, 'owner.json'), owner.replace('}', ',"id":"x"}'));
    const result = await cli.run(['reap'], { env });
    expectClear(result);
    // Processes of other programs on this host may have left something too.
    const ofOurs = (stdout: string) => stdout.split('\n').filter((line) => line.includes(cli.dir));
    expect(ofOurs(result.stdout).sort()).toEqual(
      [`removed ${cli.at('left/cache/deb/.making-x-1')}`, `removed ${join(processFolder, 'cell-x')}`].sort(),
    );
    expect(ofOurs((await cli.run(['reap'], { env })).stdout)).toEqual([]);
    const rest = readdirSync(cli.at('left'), { recursive: true, withFileTypes: true });
    expect(rest.filter((entry) => !entry.isDirectory()).map(({ name }) => name)).toEqual([]);
  });

  it.concurrent('fewer open files than Node needs: how many there must be', () => {
    const argv = ['--nofile=63', process.execPath, join(packageRoot(), 'scripts/launch.mjs'), 'list'];
    const { status, stdout, stderr } = spawnSync('prlimit', argv, { cwd: cli.dir, encoding: 'utf8' });
    expect(stderr).toBe(
      'repro: repro needs to open 64 files at once, and the limit here is 63: ulimit -n 1024\n',
    );
    expect(stdout).toBe('');
    expect(status).toBe(125);
  });

  it.concurrent('the folder one is in was removed: it ends, and says so', () => {
    mkdirSync(cli.at('gone'));
    const launcher = join(packageRoot(), 'scripts/launch.mjs');
    for (const command of ['run smoke', 'verify smoke --baseline 1.1.5 --candidate 1.1.15', 'list', 'reap']) {
      const script = `mkdir -p gone; cd gone && rmdir ../gone; exec "${process.execPath}" "${launcher}" ${command}`;
      const env = {
        ...process.env,
        NO_COLOR: '1',
        REPRO_NO_INSTALL: '1',
        XDG_STATE_HOME: cli.at('gone-state'),
      };
      const result = spawnSync('sh', ['-c', script], {
        cwd: cli.dir,
        encoding: 'utf8',
        env,
        timeout: 30_000,
      });
      expectClear({ code: result.status, stdout: result.stdout, stderr: result.stderr });
      expect(result.stderr, command).toMatch(/^repro: the folder that this was called in was removed/m);
      expect(result.status, command).toBe(125);
    }
  });

  it.concurrent('nobody reads on: no crash, and the first line is there', async () => {
    const command = `"${process.execPath}" "${packageRoot()}/scripts/launch.mjs" completion; echo $? >&2`;
    const { stdout, stderr } = spawnSync('sh', ['-c', `(${command}) | head -1; true`], {
      cwd: cli.dir,
      encoding: 'utf8',
    });
    expect(stdout.split('\n').length).toBe(2);
    expect(stderr).toBe('0\n');
  });

  it('no run began', () => {
    expect(existsSync(cli.at('state', 'repro', 'machines'))).toBe(false);
  });
});
