/** Which provider a cell's machine comes from: the first allowed one that can do all that the cell asks for. Pure. */
import type { Ability, Limits } from '../../vm/machine.ts';
import { DEFAULT_PROVIDER } from '../../vm/providers.ts';
import { COMPONENTS } from '../components/index.ts';
import { DEFAULTS } from '../scenario/plan.ts';
import type { Cell, CellProvider, Scenario } from '../scenario/types.ts';
import { SUITES } from '../suites/catalog.ts';

/** An allowed kind, and what it can't do here. */
export interface Candidate {
  readonly kind: string;
  readonly limits: Limits;
}

/** Something that a cell asks of its machine. */
interface Asked {
  readonly ability: Ability;
  /** As a scenario says it. */
  readonly value: string;
}

/** What a cell's axes name, and in what its machine is another than the default one. */
export function askedOf(
  { axes, machine }: Cell,
  { suite, kernelLog }: Pick<Scenario, 'suite'> & Partial<Pick<Scenario, 'kernelLog'>>,
): Asked[] {
  const asked: Asked[] = [];
  const ask = (ability: Ability, value: unknown) => asked.push({ ability, value: String(value) });
  const usual = DEFAULTS.machine;
  if (axes.kernel !== undefined) ask('kernel', axes.kernel);
  if (axes.cgroup !== undefined) ask('cgroup', axes.cgroup);
  if (machine.image !== usual.image) ask('image', machine.image);
  if (machine.cpus !== usual.cpus) ask('cpus', machine.cpus);
  if (machine.memoryMiB !== usual.memoryMiB) ask('memory', `${machine.memoryMiB}Mi`);
  if (machine.diskMiB !== usual.diskMiB) ask('disk', `${machine.diskMiB}Mi`);
  if (machine.network !== false) ask('network', true);
  const events = kernelLog?.fail.filter((kind) => kind !== 'oom-kill') ?? [];
  if (events.length > 0) ask('kernelEvents', events.join(', '));
  // Its sandboxes are what nothing on a machine may kill.
  if (SUITES[suite.id]?.components.includes('containerd')) ask('pods', suite.id);
  const named = COMPONENTS.filter((one) => one !== 'kernel' && one in axes);
  const components = new Set([...(SUITES[suite.id]?.components ?? []), ...named]);
  components.delete('kernel');
  if (components.size > 0) ask('components', [...components].join(', '));
  return asked;
}

/** What can't be done where an ability that doesn't vary is missing. */
const LACKS: Readonly<Partial<Record<string, string>>> = {
  kernelEvents: 'tell what the kernel says of a machine',
  pods: 'start pods',
};

/** Why machines of this kind can't be what is asked for; undefined when they can. */
export function refusalOf({ kind, limits }: Candidate, asked: readonly Asked[]): string | undefined {
  if (limits.unusable !== undefined) return `${kind} makes no machines here: ${limits.unusable}`;
  const reasons = asked.flatMap(({ ability, value }) => {
    const most = ability === 'cpus' || ability === 'memory' ? limits.most?.[ability] : undefined;
    if (most !== undefined && Number.parseInt(value, 10) > most.value) {
      return [`${kind} can't give that much ${ability} (${value} is asked for): ${most.why}`];
    }
    const fixed = limits.fixed[ability];
    if (fixed === undefined || fixed.value === value) return [];
    return [`${kind} can't ${LACKS[ability] ?? `vary ${ability}`} (${value} is asked for): ${fixed.why}`];
  });
  return reasons.length === 0 ? undefined : reasons.join('; ');
}

/** Undefined for the default kind, where there was no choice and nothing is fixed. */
export function chooseProvider(
  asked: readonly Asked[],
  candidates: readonly Candidate[],
): CellProvider | undefined {
  const refusals: string[] = [];
  for (const candidate of candidates) {
    const refusal = refusalOf(candidate, asked);
    if (refusal === undefined) {
      const first = `the first of ${kindsIn(candidates)}`;
      const why = refusals.length === 0 ? first : refusals.join('; ');
      return placed(candidate, candidates.length > 1 ? why : undefined);
    }
    refusals.push(refusal);
  }
  return { kind: candidates[0]?.kind ?? DEFAULT_PROVIDER, refused: refusals.join('; ') };
}

/**
 * One kind for cells that are compared with each other, or the machines would be part of what differs: the first
 * that can run all of them. Where none can, the first that is usable, which refuses some of them.
 */
export function chooseForAll(
  asked: readonly (readonly Asked[])[],
  candidates: readonly Candidate[],
): readonly (CellProvider | undefined)[] {
  const able = candidates.find((one) => asked.every((each) => refusalOf(one, each) === undefined));
  const usable = able ?? candidates.find(({ limits }) => limits.unusable === undefined) ?? candidates[0];
  if (usable === undefined) return asked.map(() => undefined);
  const why = `the first of ${kindsIn(candidates)} that can run all cells, which are compared`;
  return asked.map((each) => {
    const refused = refusalOf(usable, each);
    return refused === undefined
      ? placed(usable, candidates.length > 1 ? why : undefined)
      : { kind: usable.kind, refused };
  });
}

/** Undefined for the default kind, where there was no choice (`why`) and nothing is fixed. */
function placed({ kind, limits }: Candidate, why: string | undefined): CellProvider | undefined {
  const values = Object.entries(limits.fixed).map(([ability, { value = '' }]) => [ability, value]);
  const fixed: Readonly<Record<string, string>> | undefined =
    values.length === 0 ? undefined : Object.fromEntries(values);
  if (kind === DEFAULT_PROVIDER && why === undefined && fixed === undefined) return undefined;
  const reasons = [why, fixedText(limits)].filter((text) => text !== undefined);
  return { kind, why: reasons.length === 0 ? undefined : reasons.join('; '), fixed };
}

/** What all machines of a kind have alike, whatever is asked for: for the report. */
function fixedText({ fixed }: Limits): string | undefined {
  const all = Object.entries(fixed);
  const same = all.flatMap(([ability, { value }]) => {
    if (LACKS[ability] !== undefined) return [];
    return [value === undefined ? ability : `${ability} (${value})`];
  });
  const lacks = all.flatMap(([ability, { why }]) => {
    const what = LACKS[ability];
    return what === undefined ? [] : [`it can't ${what}: ${why}`];
  });
  const parts = same.length === 0 ? lacks : [`it can't vary ${same.join(', ')}`, ...lacks];
  return parts.length === 0 ? undefined : parts.join('; ');
}

const kindsIn = (candidates: readonly Candidate[]): string => candidates.map(({ kind }) => kind).join(', ');
