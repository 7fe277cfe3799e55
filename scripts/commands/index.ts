/** All commands: their names, arguments and help. What they do is loaded when they are called. */
import type { Argv, CommandModule } from 'yargs';
import { DEFAULT_OPTIONS } from '../floor/defaults.ts';
import type { BenchArguments } from './bench.ts';
import type { BisectArguments } from './bisection.ts';
import type { DoctorArguments } from './doctor.ts';
import type { FloorArguments } from './floor.ts';
import type { IsolateArguments } from './isolate.ts';
import type { RunArguments } from './run.ts';
import type { VerifyArguments } from './verify.ts';

const FORMATS = ['terminal', 'html', 'markdown', 'junit', 'json'] as const;

/** Components whose commits can be built and tried one by one. */
const BISECTABLE = ['runc', 'containerd', 'crun', 'kubelet'] as const;

const ALLOW_NETWORK = {
  type: 'boolean',
  default: false,
  describe: 'Let machines reach what the scenario asks for, without being asked',
} as const;

function matrixOptions<T>(args: Argv<T>) {
  return args
    .option('filter', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Only these cells: axis=value, or a cell id (may be repeated)',
    })
    .option('set', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Other values for an axis: axis=value[,value] (may be repeated)',
    })
    .option('repo', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'Repository of git: revisions: [component=]<address or folder> (may be repeated)',
    })
    .option('offline', { type: 'boolean', default: false, describe: 'Use the cache alone' })
    .option('allow-network', ALLOW_NETWORK);
}

/** Of the commands that write `<kind>.json` and a summary. */
function answerOptions<T>(kind: string, args: Argv<T>) {
  return args
    .option('out', {
      type: 'string',
      requiresArg: true,
      describe: `Folder for the run (default: repro-runs/<time>-${kind}-<scenario>)`,
    })
    .option('resume', {
      type: 'string',
      requiresArg: true,
      describe: 'Go on with an interrupted run: its folder, or latest',
    })
    .option('json', {
      type: 'boolean',
      default: false,
      describe: `Print ${kind}.json instead of the summary`,
    })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'No progress' });
}

/** Of the commands that compare two builds. */
function armOptions<T>(args: Argv<T>, what: { readonly baseline: string; readonly candidate: string }) {
  const arm = { type: 'string', requiresArg: true } as const;
  return args
    .option('baseline', {
      ...arm,
      describe: `${what.baseline}: axis=value[,axis=value], or a version of runc`,
    })
    .option('candidate', { ...arm, describe: `${what.candidate}, likewise` })
    .option('seed', {
      type: 'number',
      requiresArg: true,
      describe: 'Of the random order (default: the time)',
    });
}

const run: CommandModule<object, RunArguments> = {
  command: 'run [scenario..]',
  describe: 'Run scenarios and report what broke',
  builder: (args) =>
    matrixOptions(args.positional('scenario', { type: 'string', array: true, default: [] as string[] }))
      .option('samples', {
        type: 'string',
        requiresArg: true,
        coerce: (text: string) => (text === 'auto' ? text : Number(text)),
        describe: 'Samples per case, instead of what the scenario says; auto: until the verdict is settled',
      })
      .option('jobs', {
        alias: 'j',
        type: 'number',
        requiresArg: true,
        describe: 'Cells side by side (default: as this host has cores and memory for)',
      })
      .option('keep', {
        type: 'boolean',
        default: false,
        describe: 'Leave the machines running, for `repro shell`',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'Folder for the run (default: repro-runs/<time>-<scenario>)',
      })
      .option('resume', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'Go on with an interrupted run: its folder, or latest (may be repeated)',
      })
      .option('as-changed', {
        type: 'boolean',
        default: false,
        describe: 'With --resume: go on though the scenario changed; cells that changed begin anew',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'Print report.json instead of the summary',
      })
      .option('watch', {
        type: 'boolean',
        default: false,
        describe: 'Run again whenever a file of a path: source changes',
      })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'No progress' })
      .example('$0 run containerd16-cgroupfs', 'the question that started it')
      .example(
        '$0 run oom-4427 --filter cgroupDriver=systemd --samples 20',
        'one part of a grid, more samples',
      )
      .example('$0 run smoke --set runc=deb:forky', 'another build of a component')
      .example('$0 run smoke --set runc=path:./runc --watch', 'your own, again after each make')
      .example('$0 run smoke --set runc=git:v1.1.15-614ce12f0 --repo ~/runc', 'a tag without a commit')
      .example('$0 run oom-4427 mitigations-4427', 'two questions at once, their cells side by side'),
  handler: async (args) => (await import('./run.ts')).run(args),
};

const verify: CommandModule<object, VerifyArguments> = {
  command: 'verify [scenario]',
  describe: 'Tell whether an upgrade is safe: baseline and candidate side by side, sample by sample',
  builder: (args) =>
    armOptions(answerOptions('verify', matrixOptions(args.positional('scenario', { type: 'string' }))), {
      baseline: 'What runs now',
      candidate: 'What it would be upgraded to',
    })
      .option('samples', {
        type: 'number',
        requiresArg: true,
        describe: 'The most pairs of samples per case; a plain answer takes fewer (default: 48)',
      })
      .option('tolerate', {
        type: 'string',
        requiresArg: true,
        describe: 'How much worse is still safe (default: failures=10%,memory=1Mi,time=20%)',
      })
      .option('floor', {
        type: 'boolean',
        default: false,
        describe: 'Compare the smallest memory limits at which both start reliably, too; takes minutes more',
      })
      .example('$0 verify mitigations-4427 --baseline 1.1.5 --candidate 1.1.15', 'the update that started it')
      .example(
        '$0 verify oom-4427 --baseline containerd=1.6 --candidate containerd=1.7 --filter cgroup=v2',
        'another component, in a part of the grid',
      ),
  handler: async (args) => (await import('./verify.ts')).verify(args),
};

const bench: CommandModule<object, BenchArguments> = {
  command: 'bench [scenario]',
  describe: 'Tell whether something became slower: two builds timed side by side, and one against itself',
  builder: (args) =>
    armOptions(answerOptions('bench', matrixOptions(args.positional('scenario', { type: 'string' }))), {
      baseline: 'What it is compared with',
      candidate: 'What may be slower',
    })
      .option('samples', {
        type: 'number',
        requiresArg: true,
        describe:
          'Rounds that count; in each, every case runs once on each of the three machines (default: 12)',
      })
      .option('tolerate', {
        type: 'string',
        requiresArg: true,
        describe: 'How much slower still counts as no slower (default: 10%)',
      })
      .example('$0 bench start-latency --baseline 1.1.5 --candidate 1.1.15', 'what the copy costs'),
  handler: async (args) => (await import('./bench.ts')).bench(args),
};

const isolate: CommandModule<object, IsolateArguments> = {
  command: 'isolate [scenario]',
  describe: 'Find the axes that make a failure, between a cell that fails and one that passes',
  builder: (args) =>
    answerOptions('isolate', matrixOptions(args.positional('scenario', { type: 'string' })))
      .option('fail', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'The failing cell: its id, or axis=value,… (default: the first that is expected to be bad)',
      })
      .option('pass', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'The passing cell (default: of those expected to be good the one that differs most)',
      })
      .option('samples', {
        type: 'number',
        requiresArg: true,
        describe: 'Samples per case in each cell, at first (default: 8)',
      })
      .option('max-samples', {
        type: 'number',
        requiresArg: true,
        describe: 'The most of them, where an axis is neither named nor cleared yet (default: 32)',
      })
      .option('jobs', { alias: 'j', type: 'number', requiresArg: true, describe: 'Cells side by side' })
      .example(
        '$0 isolate oom-4427 --fail runc=1.1.15,containerd=1.6,cgroupDriver=cgroupfs,cgroup=v2 --pass runc=1.1.5,containerd=1.7,cgroupDriver=systemd,cgroup=v2',
        'three axes that had moved together',
      ),
  handler: async (args) => (await import('./isolate.ts')).isolate(args),
};

const floor: CommandModule<object, FloorArguments> = {
  command: 'floor [scenario]',
  describe: 'Find the smallest memory limit at which it starts reliably, in every cell',
  builder: (args) =>
    answerOptions('floor', matrixOptions(args.positional('scenario', { type: 'string' })))
      .option('rate', {
        type: 'string',
        requiresArg: true,
        describe: `Reliable is what fails in fewer starts than this (default: ${DEFAULT_OPTIONS.rate})`,
      })
      .option('confidence', {
        type: 'string',
        requiresArg: true,
        describe: `How sure the floor and its interval must be (default: ${DEFAULT_OPTIONS.confidence})`,
      })
      .option('from', {
        type: 'string',
        requiresArg: true,
        describe: `The smallest limit to try (default: ${DEFAULT_OPTIONS.from})`,
      })
      .option('to', {
        type: 'string',
        requiresArg: true,
        describe: `The largest limit to try (default: ${DEFAULT_OPTIONS.to})`,
      })
      .option('step', {
        type: 'string',
        requiresArg: true,
        describe: `Between two limits (default: ${DEFAULT_OPTIONS.step})`,
      })
      .option('samples', {
        type: 'number',
        requiresArg: true,
        describe: `The most samples per case; a plain answer takes fewer (default: ${DEFAULT_OPTIONS.samples})`,
      })
      .example('$0 floor mitigations-4427 --filter cgroupDriver=cgroupfs', 'how much each runc needs')
      .example('$0 floor mitigations-4427 --filter runc=1.1.15 --rate 1%', 'more samples, a stricter floor'),
  handler: async (args) => (await import('./floor.ts')).floor(args),
};

const bisect: CommandModule<object, BisectArguments> = {
  command: 'bisect [scenario]',
  describe: 'Find the commit that made it fail, or mended it, also where it fails only now and then',
  builder: (args) =>
    matrixOptions(args.positional('scenario', { type: 'string' }))
      .command({
        command: 'log [bisection]',
        describe: 'Print a bisection as a log that `git bisect replay` reads',
        builder: (log: Argv) =>
          log.positional('bisection', {
            type: 'string',
            default: 'latest',
            describe: 'Folder, beginning of its name, or latest',
          }),
        handler: async (log) => (await import('./bisect.ts')).bisectLog(log as never),
      })
      .option('component', {
        choices: BISECTABLE,
        requiresArg: true,
        describe: 'Whose commits',
      })
      .option('good', { type: 'string', requiresArg: true, describe: 'A revision without the symptom' })
      .option('bad', { type: 'string', requiresArg: true, describe: 'A revision with it' })
      .option('build', {
        type: 'string',
        requiresArg: true,
        describe: 'Build on this host: a command for a shell, run in a checkout of each revision',
      })
      .option('binary', {
        type: 'string',
        requiresArg: true,
        describe: 'What --build makes, a path in the checkout (default: the name of the component)',
      })
      .option('find-fix', {
        type: 'boolean',
        default: false,
        describe: 'Bad is the older one: find the first good commit',
      })
      .option('first-parent', {
        type: 'boolean',
        default: false,
        describe: 'Follow the first parent of merges alone',
      })
      .option('path', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'Only commits that changed this (may be repeated)',
      })
      .option('skip', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'A revision that is not to be tested (may be repeated)',
      })
      .option('git-log', {
        type: 'string',
        requiresArg: true,
        describe: 'Go on from a file with the output of `git bisect log`',
      })
      .option('metric', {
        type: 'string',
        requiresArg: true,
        describe: 'Also search by this metric, such as memory.peak: takes fewer samples than a rare failure',
      })
      .option('confidence', {
        type: 'string',
        requiresArg: true,
        describe: 'How sure it must be of the commit (default: 95%)',
      })
      .option('max-samples', {
        type: 'number',
        requiresArg: true,
        describe: 'Give up after so many (default: 5000)',
      })
      .option('check', {
        type: 'boolean',
        default: false,
        describe: 'At the end, apply the commit to the old end and revert it on the new one, and test both',
      })
      .option('resume', {
        type: 'string',
        requiresArg: true,
        describe: 'Go on with an interrupted bisection: its folder, or latest',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'Folder for the bisection (default: repro-runs/<time>-bisect-<scenario>)',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'Print bisect.json instead of the summary',
      })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'No progress' })
      .example(
        '$0 bisect containerd16-cgroupfs --component runc --repo ~/runc --good v1.1.14 --bad v1.1.15',
        'the commit that started it',
      )
      .example('$0 bisect --resume latest', 'after Ctrl-C'),
  handler: async (args) => (await import('./bisect.ts')).bisect(args),
};

const list: CommandModule<object, { scenario?: string | undefined; json: boolean }> = {
  command: 'list [scenario]',
  describe: 'List the scenarios, or the cells of one',
  builder: (args) =>
    args
      .positional('scenario', { type: 'string' })
      .option('json', { type: 'boolean', default: false, describe: 'Print JSON' })
      .example('$0 list', 'all scenarios')
      .example('$0 list oom-4427', 'its cells, and the points that cannot exist'),
  handler: async (args) => (await import('./list.ts')).list(args),
};

const show: CommandModule<
  object,
  { scenario: string; filter: string[]; set: string[]; repo: string[]; offline: boolean; json: boolean }
> = {
  command: 'show <scenario>',
  describe: 'Show what would run: cells, artifacts, machines, time and disk',
  builder: (args) =>
    matrixOptions(args.positional('scenario', { type: 'string', demandOption: true }))
      .option('json', { type: 'boolean', default: false, describe: 'Print JSON' })
      .example('$0 show mitigations-4427', 'before it starts'),
  handler: async (args) => (await import('./show.ts')).show(args),
};

const report: CommandModule<object, { run: string; format: string; out?: string | undefined }> = {
  command: 'report [run]',
  describe: 'Render the report of a run again',
  builder: (args) =>
    args
      .positional('run', {
        type: 'string',
        default: 'latest',
        describe: 'Folder, beginning of its name, or latest',
      })
      .option('format', { alias: 'f', choices: FORMATS, default: 'terminal' as string, describe: 'Format' })
      .option('out', { alias: 'o', type: 'string', describe: 'Write to this file' })
      .example('$0 report latest -f markdown', 'for an issue comment')
      .example('$0 report latest -f junit -o junit.xml', 'for a CI'),
  handler: async (args) => (await import('./report.ts')).report(args),
};

const shell: CommandModule<
  object,
  { run: string; cell: string; offline: boolean; 'allow-network': boolean }
> = {
  command: 'shell <run> <cell>',
  describe: 'Open a shell in a kept machine of a run, or in one made anew with the same artifacts',
  builder: (args) =>
    args
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe: 'Folder, beginning of its name, or latest',
      })
      .positional('cell', {
        type: 'string',
        demandOption: true,
        describe: 'Cell id, or a part of it that fits one only',
      })
      .option('offline', { type: 'boolean', default: false, describe: 'Use the cache alone' })
      .option('allow-network', ALLOW_NETWORK)
      .example('$0 shell latest runc=1.1.15', 'look around where it failed'),
  handler: async (args) => (await import('./shell.ts')).shell(args),
};

const doctor: CommandModule<object, DoctorArguments> = {
  command: 'doctor',
  describe: 'Check this host: tools, versions, accelerator, space',
  builder: (args) =>
    args
      .option('json', { type: 'boolean', default: false, describe: 'Print JSON' })
      .option('fresh', { type: 'boolean', default: false, describe: 'Probe the accelerator again' })
      .option('boot', {
        type: 'boolean',
        default: false,
        describe: 'Boot a machine, restore another, and show where the time goes',
      })
      .option('node', {
        type: 'boolean',
        default: false,
        describe: 'Compare a guest with what runc, containerd and the kubelet expect of a node',
      }),
  handler: async (args) => (await import('./doctor.ts')).doctor(args),
};

const cache: CommandModule = {
  command: 'cache <action>',
  describe: 'List or prune what is cached',
  builder: (args) =>
    args
      .command({
        command: 'ls',
        describe: 'List the cache',
        builder: (ls: Argv) => ls.option('json', { type: 'boolean', default: false, describe: 'Print JSON' }),
        handler: async (ls) => (await import('./cache.ts')).ls(ls as never),
      })
      .command({
        command: 'prune',
        describe: 'Remove what was not used lately',
        builder: (prune: Argv) =>
          prune
            .option('days', {
              type: 'number',
              default: 30,
              describe: 'Remove what was last used more days ago',
            })
            .option('all', { type: 'boolean', default: false, describe: 'Remove everything' }),
        handler: async (prune) => (await import('./cache.ts')).prune(prune as never),
      })
      .demandCommand(1, 'Name an action: ls or prune.'),
  handler: () => undefined,
};

const reap: CommandModule<object, { all: boolean }> = {
  command: 'reap',
  describe: 'End and remove what crashed runs left behind: machines, temporary files, parts of the cache',
  builder: (args) =>
    args.option('all', {
      type: 'boolean',
      default: false,
      describe: 'Also machines that were kept on purpose',
    }),
  handler: async (args) => (await import('./reap.ts')).reap(args),
};

const all = [run, verify, bench, floor, isolate, bisect, list, show, report, shell, doctor, cache, reap];

// biome-ignore lint/suspicious/noExplicitAny: yargs' own type for a list of commands with different arguments
export const commands = all as CommandModule<any, any>[];
