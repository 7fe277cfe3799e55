/** Chooses where the machines of cells come from, and loads what makes them. */
import { join } from 'node:path';
import type { MachineProvider } from '../../vm/machine.ts';
import { cardOf, DEFAULT_PROVIDER, PROVIDER_KINDS } from '../../vm/providers.ts';
import { withSuggestion } from '../lib/diagnostic.ts';
import { UsageError } from '../lib/errors.ts';
import { recallJson } from '../lib/json.ts';
import { nearest } from '../lib/near-miss.ts';
import { once } from '../lib/once.ts';
import { askedOf, type Candidate, chooseForAll, chooseProvider } from '../runner/choose-provider.ts';
import { type Providers, providersOf } from '../runner/providers.ts';
import { kindsOf, questionSchema } from '../runner/question.ts';
import { QUESTION } from '../runner/run-folder.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { extendPath, notFound } from '../setup/tools.ts';
import { context } from './context.ts';

export interface Choice {
  /** `--provider`: this kind alone, whatever the scenario says. */
  readonly provider?: string | undefined;
  /** The cells are compared with each other: they have machines of one kind. */
  readonly compared?: boolean | undefined;
  /** Folder of a run that is gone on with: what was chosen then comes first. */
  readonly before?: string | undefined;
  /** `provider` comes from a folder, which may be a stranger's, and not from the command line. So it does with `before`. */
  readonly recorded?: boolean | undefined;
  /** `--allow-provider`: kinds that expose this host, which a scenario may choose all the same. */
  readonly 'allow-provider'?: readonly string[] | undefined;
}

/** The cells, each with its provider, or with why it has none. Throws UsageError for a `--provider` that isn't there. */
export async function chooseProviders(
  {
    scenario,
    cells,
  }: { readonly scenario: Pick<Scenario, 'suite' | 'kernelLog'>; readonly cells: readonly Cell[] },
  choice: Choice,
): Promise<Cell[]> {
  const { provider, compared = false, before, 'allow-provider': allowed = [] } = choice;
  checkKind(provider);
  for (const kind of allowed) checkKind(kind, '--allow-provider');
  const earlier = before === undefined ? undefined : await earlierKinds(before);
  const isTyped = provider !== undefined && before === undefined && choice.recorded !== true;
  const trusted = new Set([...allowed, ...(isTyped ? [provider] : [])]);
  if (!isTyped) refuseRecorded([...(earlier?.values() ?? []), ...(provider ? [provider] : [])], trusted);
  const lists = cells.map(({ id, providers }) =>
    earlierFirst(provider === undefined ? (providers ?? [DEFAULT_PROVIDER]) : [provider], earlier?.get(id)),
  );
  const ofLast = once((kind: string) => candidateOf(kind, { isLast: true, trusted }));
  const ofOther = once((kind: string) => candidateOf(kind, { isLast: false, trusted }));
  const ofAll = (kinds: readonly string[]) =>
    Promise.all(kinds.map((kind, at) => (at === kinds.length - 1 ? ofLast : ofOther)(kind)));
  const candidates = await Promise.all(lists.map(ofAll));
  const asked = cells.map((cell) => askedOf(cell, scenario));
  const [first = []] = candidates;
  const alike = lists.every((kinds) => kinds.join() === lists[0]?.join());
  const chosen =
    compared && alike
      ? chooseForAll(asked, first)
      : asked.map((each, at) => chooseProvider(each, candidates[at] ?? []));
  return cells.map((cell, at) => {
    const one = chosen[at];
    return one === undefined ? cell : { ...cell, provider: one };
  });
}

/** Throws UsageError where a folder names a kind that exposes this host, and the user didn't: it may be a stranger's. */
function refuseRecorded(kinds: readonly string[], trusted: ReadonlySet<string>): void {
  const kind = kinds.find((one) => cardOf(one).exposes !== undefined && !trusted.has(one));
  if (kind === undefined) return;
  throw new UsageError('provider', `its machines were made by ${kind}: ${cardOf(kind).exposes}`, {
    hint: `if you trust it, say so again: --allow-provider ${kind}`,
  });
}

/** Throws UsageError for a name that no provider has. */
export function checkKind(kind: string | undefined, option = '--provider'): void {
  if (kind === undefined || PROVIDER_KINDS.includes(kind)) return;
  const message = `there is no such provider; there is ${PROVIDER_KINDS.join(', ')}`;
  const diagnostic = { message, suggestion: nearest(kind, PROVIDER_KINDS) };
  throw new UsageError('provider', `${option} ${kind}: ${withSuggestion(diagnostic)}`);
}

/**
 * What the kind can't do here. The last that is allowed gets what it lacks; others are passed over for want of it. One
 * that exposes this host is the user's to choose, never a scenario's: that may be a stranger's.
 */
async function candidateOf(
  kind: string,
  { isLast, trusted }: { readonly isLast: boolean; readonly trusted: ReadonlySet<string> },
): Promise<Candidate> {
  const { exposes } = cardOf(kind);
  if (exposes !== undefined && !trusted.has(kind)) {
    const unusable = `a scenario alone can't choose it, for ${exposes}; if you trust the scenario: --provider ${kind}, or --allow-provider ${kind} where it names others, too`;
    return { kind, limits: { unusable, fixed: {} } };
  }
  extendPath();
  const missing = isLast ? [] : await notFound(cardOf(kind).tools);
  if (missing.length > 0) {
    const names = missing.map(({ program, package: name }) => `${program} (Debian package ${name})`);
    return { kind, limits: { unusable: `this host lacks ${names.join(', ')}`, fixed: {} } };
  }
  const { makeProvider, signal } = context();
  return { kind, limits: await (await makeProvider(kind)).limits(signal) };
}

function earlierFirst(kinds: readonly string[], earlier: string | undefined): readonly string[] {
  if (earlier === undefined || !kinds.includes(earlier)) return kinds;
  return [earlier, ...kinds.filter((kind) => kind !== earlier)];
}

async function earlierKinds(dir: string): Promise<ReadonlyMap<string, string> | undefined> {
  const question = await recallJson(join(dir, QUESTION), questionSchema);
  return question && kindsOf(question);
}

export interface OpenProviders extends Providers {
  /** Of every kind: what one left behind may be in another's way. */
  readonly all: readonly MachineProvider[];
}

/** `notice` is told what they make on the way, a line each. */
export async function openProviders(notice?: (line: string) => void): Promise<OpenProviders> {
  const { makeProvider } = context();
  const all = await Promise.all(PROVIDER_KINDS.map((kind) => makeProvider(kind, notice)));
  return { ...providersOf(all), all };
}
