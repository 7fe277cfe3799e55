/** Where to begin: a cell that should fail and one that should pass. Pure. */
import { UsageError } from '../lib/errors.ts';
import { filterCells } from '../scenario/filter.ts';
import { sameValue } from '../scenario/select.ts';
import type { Cell } from '../scenario/types.ts';
import type { Ends } from './types.ts';

const differing = (a: Cell, b: Cell): string[] =>
  Object.keys(a.axes).filter((axis) => !sameValue(a.axes[axis] ?? '', b.axes[axis] ?? ''));

/**
 * The ends that the user named (a cell, or `axis=value` pairs that leave one), or else by the scenario's expectations:
 * the first cell that should be bad, and of those that should be good the one that differs from it in most axes.
 * Throws UsageError.
 */
export function endsOf(
  cells: readonly Cell[],
  named: { readonly fail?: readonly string[] | undefined; readonly pass?: readonly string[] | undefined },
): Ends {
  const fail = one(cells, 'fail', named.fail) ?? cells.find(({ expect }) => expect?.verdict === 'bad');
  if (fail === undefined) throw unnamed('fail', 'bad');
  const pass =
    one(cells, 'pass', named.pass) ??
    cells
      .filter(({ expect }) => expect?.verdict === 'good')
      .sort((a, b) => differing(fail, b).length - differing(fail, a).length)[0];
  if (pass === undefined) throw unnamed('pass', 'good');
  const axes = differing(fail, pass);
  if (axes.length === 0) throw new UsageError('ends', 'the failing and the passing cell are the same');
  return { fail, pass, axes };
}

function one(cells: readonly Cell[], option: string, filters: readonly string[] = []): Cell | undefined {
  if (filters.length === 0) return undefined;
  const found = filterCells(cells, filters.flatMap(split));
  const [first, second] = found;
  if (second === undefined) return first;
  const told = `--${option} ${filters.join(' ')}`;
  throw new UsageError(
    'ends',
    `${told}: leaves ${found.length} cells, ${first?.id} and ${second.id} among them`,
    {
      hint: 'name more axes, until one cell is left',
    },
  );
}

/** `runc=1.1.5,cgroup=v2`, as cells are named, is one filter an axis. */
const split = (text: string): string[] => text.slice(text.indexOf('/') + 1).split(/,(?=[^,=]+=)/);

function unnamed(option: string, verdict: string): UsageError {
  return new UsageError(
    'ends',
    `no cell is expected to be ${verdict}: name one with --${option} axis=value,…`,
    {
      hint: 'repro list <scenario> shows the cells',
    },
  );
}
