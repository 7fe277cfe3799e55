import { oneLine } from '../lib/plain.ts';
import { listScenarios, loadScenario } from '../scenario/load.ts';
import { pointName } from '../scenario/matrix.ts';
import type { ListArguments } from './list-command.ts';
import { print, printJson, table } from './output.ts';

export async function list(args: ListArguments): Promise<void> {
  if (args.scenario === undefined) {
    const scenarios = listScenarios().map(({ name }) => loadScenario(name));
    if (args.json) {
      printJson(scenarios.map(({ name, title, cells }) => ({ name, title, cells: cells.length })));
      return;
    }
    print(
      table(
        scenarios.map(({ name, title, cells }) => [
          name,
          `${cells.length} cell${cells.length === 1 ? '' : 's'}`,
          title,
        ]),
      ),
    );
    return;
  }
  const scenario = loadScenario(args.scenario);
  if (args.json) {
    const { cells, unsupported } = scenario;
    printJson({ cells: cells.map(({ id, axes }) => ({ id, axes })), unsupported });
    return;
  }
  const unsupported = scenario.unsupported.map(
    (point) => `unsupported: ${pointName(point.axes)}: ${point.reason}`,
  );
  for (const line of [...scenario.cells.map(({ id }) => id), ...unsupported]) print(oneLine(line));
}
