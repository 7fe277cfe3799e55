import { messageOf } from '../lib/errors.ts';
import { lines, oneLine } from '../lib/plain.ts';
import { formatBytes } from '../lib/units.ts';
import { demandOf, sideBySide } from '../runner/admission.ts';
import { estimate } from '../runner/estimate.ts';
import { thisHost } from '../runner/host-load.ts';
import { resolveCell } from '../runner/plan.ts';
import { isTimingSensitive } from '../runner/timing.ts';
import { pointName } from '../scenario/matrix.ts';
import { ensureTools } from '../setup/install.ts';
import { networksOf } from './consent.ts';
import { context } from './context.ts';
import { print, printJson, say, table } from './output.ts';
import { chooseProviders } from './providers.ts';
import type { ShowArguments } from './show-command.ts';
import { needsOf, openStore, select } from './wiring.ts';

export async function show(args: ShowArguments): Promise<void> {
  const { signal } = context();
  const selected = select(args.scenario, args);
  const { scenario } = selected;
  const cells = await chooseProviders(selected, args);
  await ensureTools(say, needsOf([{ scenario, cells }]));
  const store = openStore({ offline: args.offline, notice: say });
  const resolved = await Promise.all(
    cells.map((cell) =>
      resolveCell(cell, scenario, store, signal).then(
        ({ artifacts }) => ({ cell, artifacts, problem: undefined }),
        (error) => ({ cell, artifacts: [], problem: messageOf(error) }),
      ),
    ),
  );
  const alone = isTimingSensitive(scenario);
  const { jobs, speedup } = sideBySide(
    cells.map((cell) => demandOf(cell, scenario, alone)),
    { cores: thisHost.cores, availableBytes: thisHost.availableBytes(), peaks: new Map() },
  );
  const cost = estimate(resolved, scenario, speedup);
  if (args.json) {
    printJson({
      scenario: scenario.name,
      cells: resolved,
      unsupported: scenario.unsupported,
      jobs,
      ...cost,
    });
    return;
  }
  print(`${oneLine(scenario.title)}\n`);
  if (scenario.question !== '') print(`${lines(scenario.question.trim()).join('\n')}\n`);
  const rows = resolved.map(({ cell, artifacts, problem }) => [
    pointName(cell.axes),
    `${cell.sampling.auto ? 'up to ' : ''}${cell.samples} × ${scenario.suite.cases.length} samples`,
    problem === undefined
      ? artifacts.map((one) => `${one.component} ${one.packageVersion} (${one.source})`).join(', ')
      : `skip: ${problem}`,
  ]);
  print(table(rows));
  for (const { axes, reason } of scenario.unsupported)
    print(oneLine(`unsupported: ${pointName(axes)}: ${reason}`));
  const [first] = cells;
  if (first !== undefined) {
    const { image, cpus, memoryMiB, diskMiB } = first.machine;
    const networks = networksOf(cells);
    print(
      `\nmachines: ${image}, ${cpus} CPUs, ${memoryMiB} MiB of memory, ${diskMiB} MiB of disk (sparse); ${jobs} at a time`,
    );
    print(`network: ${networks.length === 0 ? 'none' : networks.join('; ')}`);
  }
  const most = cells.some(({ sampling }) => sampling.auto) ? ' at most' : '';
  print(
    `estimate under emulation: ${Math.ceil(cost.seconds / 60)} min${most}, ${formatBytes(cost.bytes)} to download at most`,
  );
}
