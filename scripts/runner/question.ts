/** What a run was asked, as it is written down and compared when it is gone on with. Pure. */
import { z } from 'zod';
import { DEFAULT_PROVIDER } from '../../vm/providers.ts';
import { settingsOfVersion1 } from '../model/version1.ts';
import type { Cell, Scenario } from '../scenario/types.ts';

const settings = z.preprocess(settingsOfVersion1, z.record(z.string(), z.string()));

export const questionSchema = z.object({
  schema: z.literal('repro.question/1'),
  scenario: z.string(),
  /** Of the scenario's text. */
  sha256: z.string(),
  /** By cell: key, such as `params.memoryLimit`, to its value as JSON. */
  cells: z.record(
    z.string(),
    z.object({
      /** What decides what a sample is, and how it is judged. */
      sample: settings,
      /** How many there are, and what is expected of them. */
      rest: settings,
    }),
  ),
});

export type Question = Readonly<z.infer<typeof questionSchema>>;

export function questionOf(scenario: Scenario, cells: readonly Cell[]): Question {
  const { suite, symptom, kernelLog, sources, build } = scenario;
  const shared = flat({ suite, symptom, kernelLog, sources, build });
  const entries = cells.map(({ id, axes, params, timeout, machine, samples, sampling, expect, provider }) => [
    id,
    {
      // Which kind it is counts, and not which others would have done; nothing for the default one.
      sample: { ...flat({ axes, params, timeout, machine, provider: otherKind(provider) }), ...shared },
      rest: flat({ samples, sampling, expect: expect ?? null }),
    },
  ]);
  return {
    schema: 'repro.question/1',
    scenario: scenario.name,
    sha256: scenario.sha256,
    cells: Object.fromEntries(entries),
  };
}

const otherKind = (provider: Cell['provider']) =>
  provider === undefined || provider.kind === DEFAULT_PROVIDER ? undefined : provider.kind;

/** Of each cell that was asked, the kind of its machines. */
export function kindsOf({ cells }: Question): ReadonlyMap<string, string> {
  // Damaged, it names no kind that is allowed, and so chooses nothing.
  const kind = (text: string | undefined) => text?.replace(/^"(.*)"$/, '$1') ?? DEFAULT_PROVIDER;
  return new Map(Object.entries(cells).map(([id, { sample }]) => [id, kind(sample.provider)]));
}

export interface Difference {
  /** A line for each key, `params.memoryLimit: "10Mi" -> "12Mi"`, and for cells that came or went. */
  readonly lines: readonly string[];
  /** Cells whose samples were taken of something else. */
  readonly changed: ReadonlySet<string>;
  /** Of the others, those of which another number of samples, or another claim, is wanted. */
  readonly resized: ReadonlySet<string>;
}

/** Undefined when nothing that matters differs; comments, titles and the order of keys don't. */
export function differenceOf(before: Question, now: Question): Difference | undefined {
  const lines = new Map<string, string[]>();
  const changed = new Set<string>();
  const resized = new Set<string>();
  const note = (line: string, cell: string) => lines.set(line, [...(lines.get(line) ?? []), cell]);
  const [old, recent] = [before.cells, now.cells];
  const both = Object.keys(recent).filter((id) => id in old);
  for (const id of both) {
    for (const part of ['sample', 'rest'] as const) {
      const [was, is] = [old[id]?.[part] ?? {}, recent[id]?.[part] ?? {}];
      for (const key of [...new Set([...Object.keys(was), ...Object.keys(is)])].sort()) {
        if (was[key] === is[key]) continue;
        note(`${key}: ${was[key] ?? 'nothing'} -> ${is[key] ?? 'nothing'}`, id);
        (part === 'sample' ? changed : resized).add(id);
      }
    }
  }
  const told = [...lines].map(([line, cells]) =>
    cells.length === both.length ? line : `${line} (in ${cells.length} of ${both.length} cells)`,
  );
  for (const id of Object.keys(old)) if (!(id in recent)) told.push(`cell ${id}: is there no more`);
  for (const id of Object.keys(recent)) if (!(id in old)) told.push(`cell ${id}: is new`);
  return told.length === 0 ? undefined : { lines: told, changed, resized };
}

/** Every value that isn't a mapping, by its path. */
function flat(value: object, path = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [key, one] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (one === undefined) continue;
    if (typeof one === 'object' && one !== null && !Array.isArray(one)) Object.assign(found, flat(one, at));
    else found[at] = JSON.stringify(one);
  }
  return found;
}
