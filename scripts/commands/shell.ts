import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineProvider } from '../../vm/machine.ts';
import { specOf } from '../artifact/spec.ts';
import { messageOf, UsageError } from '../lib/errors.ts';
import { ownFolder } from '../lib/owned.ts';
import type { ReportCell } from '../model/cell.ts';
import { readReport } from '../report/json.ts';
import { machineSpec } from '../runner/machine-spec.ts';
import { makeReady, resolveCell } from '../runner/plan.ts';
import { suiteContext } from '../runner/suite-context.ts';
import { ensureTools } from '../setup/install.ts';
import { loadSuite } from '../suites/registry.ts';
import { consent } from './consent.ts';
import { context } from './context.ts';
import { say } from './output.ts';
import { checkKind, chooseProviders, openProviders } from './providers.ts';
import type { ShellArguments } from './shell-command.ts';
import { needsOf, openStore, select } from './wiring.ts';

/** In the machine that the run kept, or in a new one with the same artifacts, ready as the suite makes it. */
export async function shell(args: ShellArguments): Promise<void> {
  const { signal } = context();
  const { report, dir } = await readReport(args.run);
  const chosen = choose(report.cells, args.cell);
  checkKind(args.provider);
  const providers = await openProviders(say);
  const kind = args.provider ?? chosen.machine?.provider;
  const kept = await keptBy(providers.all, join(dir, chosen.dir));
  if (kept !== undefined) {
    say(`the machine of ${chosen.id} is still there`);
    process.exitCode = await interactive(kept);
    return;
  }
  const set = Object.entries(chosen.axes).map(([axis, value]) => `${axis}=${value}`);
  const repo = Object.entries(chosen.artifacts).flatMap(([component, { build, source }]) =>
    build === undefined || specOf(source).revision === undefined ? [] : [`${component}=${build.repository}`],
  );
  const selected = select(report.scenarioFile.path, { filter: [], set, repo });
  const { scenario } = selected;
  const cells = await chooseProviders(selected, {
    provider: kind,
    recorded: args.provider === undefined,
    'allow-provider': args['allow-provider'],
  });
  await consent([{ scenario, cells }], args);
  await ensureTools(say, needsOf([{ scenario, cells }]));
  const [cell] = cells;
  if (cell === undefined)
    throw new UsageError('cell', `${chosen.id} is not a cell of ${report.scenarioFile.path} any more`);
  const store = openStore({ offline: args.offline, notice: say });
  const resolved = await resolveCell(cell, scenario, store, signal);
  const ready = await makeReady(resolved, store, signal);
  for (const { component, packageVersion, sha256 } of ready.artifacts) {
    const then = chosen.artifacts[component];
    if (then !== undefined && then.sha256 !== sha256) {
      say(`note: ${component} was ${then.packageVersion} in the run and is ${packageVersion} now`);
    }
  }
  const scratch = await ownFolder('shell');
  try {
    say(`booting a machine for ${cell.id}`);
    const place = { id: 'shell', session: `shell${process.pid}`, logDir: scratch, keep: false, notice: say };
    await using machine = await providers.of(cell).allocate(machineSpec(ready, place), signal);
    const suite = await loadSuite(scenario.suite.id);
    const hooks = { keep: async () => undefined, guest: <T>(work: () => Promise<T>) => work() };
    const suiteSees = suiteContext(cell, machine, scratch, hooks);
    const prepared = await suite.prepare({ machine, context: suiteSees, params: cell.params }, signal);
    try {
      process.exitCode = await interactive(await machine.shell());
    } finally {
      // Neither what the shell ended with nor why there was none is hidden by it.
      await prepared[Symbol.asyncDispose]().catch((error) => say(`note: ${messageOf(error)}`));
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A shell in the kept machine with these logs, whichever kind it is. */
async function keptBy(
  providers: readonly MachineProvider[],
  logDir: string,
): Promise<readonly string[] | undefined> {
  const kept = await Promise.all(providers.map((one) => one.kept(logDir)));
  return kept.find((one) => one !== undefined);
}

function choose(cells: readonly ReportCell[], wanted: string): ReportCell {
  const exact = cells.find(({ id }) => id === wanted);
  const matching =
    exact === undefined
      ? cells.filter(({ id }) => wanted.split(',').every((part) => id.includes(part)))
      : [exact];
  const [one, another] = matching;
  if (one !== undefined && another === undefined) return one;
  const list = (matching.length === 0 ? cells : matching).map(({ id }) => `  ${id}`).join('\n');
  throw new UsageError(
    'cell',
    `'${wanted}' fits ${matching.length === 0 ? 'no' : 'more than one'} cell of this run:\n${list}`,
  );
}

function interactive(argv: readonly string[]): Promise<number> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
