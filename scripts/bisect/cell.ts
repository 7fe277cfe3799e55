/** The one cell of a scenario that a bisection runs, with the component at some build. */
import { specOf } from '../artifact/spec.ts';
import { UsageError } from '../lib/errors.ts';
import { filterCells } from '../scenario/filter.ts';
import { loadScenario } from '../scenario/load.ts';
import { pointName } from '../scenario/matrix.ts';
import { parseSet } from '../scenario/set.ts';
import type { Cell, CellProvider, Scenario } from '../scenario/types.ts';

export interface Chosen {
  readonly scenario: Scenario;
  readonly cell: Cell;
}

export interface Choice {
  readonly scenario: string;
  readonly component: string;
  /** The component's repository, for builds that are `git:` artifacts: the scenario's when undefined. */
  readonly repo: string | undefined;
  /** Those of other components, `containerd=<where>`. */
  readonly otherRepos: readonly string[];
  readonly filter: readonly string[];
  readonly set: readonly string[];
  /** Where its machine comes from, once that is chosen. */
  readonly provider?: CellProvider | undefined;
}

/**
 * `spec` names the build, `path:/some/runc`. The scenario's expectations are about other versions, and its number
 * total samples is for verdicts: neither counts here. Throws UsageError when several cells are left, or none.
 */
export function cellWith(choice: Choice, spec: string): Chosen {
  const { scenario: name, component, filter, set, otherRepos } = choice;
  const wanted = parseSet(set);
  if (component in wanted) {
    throw new UsageError('set', `--set ${component}=…: that is what the bisection chooses`);
  }
  const isRevision = specOf(spec).revision !== undefined;
  const own = isRevision && choice.repo !== undefined ? [`${component}=${choice.repo}`] : [];
  const scenario = loadScenario(name, {
    set: { ...wanted, [component]: [spec] },
    repo: [...own, ...otherRepos],
  });
  const [cell, ...others] = filterCells(scenario.cells, filter, scenario.unsupported);
  if (cell === undefined || others.length > 0) {
    const { [component]: _, ...axes } = cell?.axes ?? {};
    throw new UsageError('cells', `${name} has ${1 + others.length} cells, and a bisection runs one`, {
      hint: `choose one by --filter or --set: --filter ${pointName(axes).split(',').join(' --filter ')}`,
    });
  }
  const { provider } = choice;
  return {
    scenario,
    cell: {
      ...cell,
      provider,
      sampling: { ...cell.sampling, auto: false, rate: undefined },
      expect: undefined,
    },
  };
}
