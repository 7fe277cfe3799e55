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
 * the first cell that should be bad, and of those that should be good the one that differs from it in most axes, as
 * long as each of them can be changed alone. Throws UsageError.
 */
export function endsOf(
  cells: readonly Cell[],
  named: { readonly fail?: readonly string[] | undefined; readonly pass?: readonly string[] | undefined },
): Ends {
  const fail = one(cells, 'fail', named.fail) ?? cells.find(({ expect }) => expect?.verdict === 'bad');
  if (fail === undefined) throw unnamed('fail', 'bad');
  const own = one(cells, 'pass', named.pass);
  const good = cells
    .filter(({ expect }) => expect?.verdict === 'good')
    .sort((a, b) => differing(fail, b).length - differing(fail, a).length);
  const pass = own ?? good.find((cell) => areSeparable(cells, fail, cell)) ?? good[0];
  if (pass === undefined) throw unnamed('pass', 'good');
  const axes = differing(fail, pass);
  if (axes.length === 0) throw new UsageError('ends', 'the failing and the passing cell are the same');
  const farthest = own ?? good[0];
  const tied = farthest === undefined ? [] : differing(fail, farthest).filter((axis) => !axes.includes(axis));
  return { fail, pass, axes, tied };
}

/** Whether each axis between the ends can be changed alone, at either of them. */
function areSeparable(cells: readonly Cell[], fail: Cell, pass: Cell): boolean {
  const isPoint = (one: Cell, other: Cell, axis: string) =>
    cells.some(({ axes }) =>
      Object.keys(axes).every((name) =>
        sameValue(axes[name] ?? '', (name === axis ? other : one).axes[name] ?? ''),
      ),
    );
  return differing(fail, pass).every((axis) => isPoint(fail, pass, axis) && isPoint(pass, fail, axis));
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
