import { listScenarios, loadScenario } from '../scenario/load.ts';
import { pointName } from '../scenario/matrix.ts';
import { print, table } from './output.ts';

export async function list(args: { scenario?: string | undefined; json: boolean }): Promise<void> {
  if (args.scenario === undefined) {
    const scenarios = listScenarios().map(({ name }) => loadScenario(name));
    if (args.json) {
      print(
        JSON.stringify(
          scenarios.map(({ name, title, cells }) => ({ name, title, cells: cells.length })),
          null,
          2,
        ),
      );
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
    print(
      JSON.stringify(
        { cells: scenario.cells.map(({ id, axes }) => ({ id, axes })), impossible: scenario.impossible },
        null,
        2,
      ),
    );
    return;
  }
  for (const cell of scenario.cells) print(cell.id);
  for (const point of scenario.impossible) print(`impossible: ${pointName(point.axes)}: ${point.reason}`);
}
