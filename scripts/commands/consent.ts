/** Scenarios that let their machines out: said always, and asked about where they did not come with this project. */
import { realpathSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { resolvePath } from '../artifact/path.ts';
import { InterruptedError, UsageError } from '../lib/errors.ts';
import { networkText } from '../lib/network.ts';
import { packageRoot } from '../lib/paths.ts';
import { forTerminal } from '../lib/plain.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { context } from './context.ts';
import { say } from './output.ts';
import { pathsOf } from './watch.ts';

export interface Chosen {
  readonly scenario: Pick<Scenario, 'name' | 'file' | 'build'>;
  readonly cells: readonly Pick<Cell, 'machine' | 'axes'>[];
}

export interface Asking {
  /** Whether the user said so beforehand: `--allow-network`. */
  readonly allowed: boolean;
  readonly say: (line: string) => void;
  /** Asks a question that yes or no answers; undefined where nobody is there to answer. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
}

/** What the machines of these cells may reach beside nothing, in words; one text for each that differs. */
export function networksOf(cells: readonly Pick<Cell, 'machine'>[]): string[] {
  const texts = cells.flatMap(({ machine }) =>
    machine.network === false ? [] : [networkText(machine.network)],
  );
  return [...new Set(texts)];
}

/** What of this host's files machines have: what can reach a network can send it there. */
function filesOf({ scenario, cells }: Chosen): string {
  const repositories = Object.values(scenario.build).flatMap(({ repository } = {}) =>
    repository !== undefined && isFolder(repository) ? [resolvePath(repository)] : [],
  );
  const places = new Set([...pathsOf(cells), ...repositories]);
  return places.size === 0 ? '' : `, and have files of this host: ${[...places].join(', ')}`;
}

const isFolder = (address: string): boolean =>
  statSync(resolvePath(address), { throwIfNoEntry: false })?.isDirectory() ?? false;

/**
 * Says which scenarios let their machines out, and asks about those of strangers. Throws UsageError `network` where
 * nobody can be asked, InterruptedError when the answer is no.
 */
export async function consentToNetwork(chosen: readonly Chosen[], asking: Asking): Promise<void> {
  const out = chosen.flatMap((one) => {
    const networks = networksOf(one.cells);
    return networks.length === 0
      ? []
      : [{ scenario: one.scenario, text: `${networks.join('; ')}${filesOf(one)}` }];
  });
  for (const { scenario, text } of out) asking.say(`${scenario.name}: its machines may reach ${text}`);
  const strange = out.filter(({ scenario }) => !isShipped(scenario.file));
  if (asking.allowed || strange.length === 0) return;
  const names = strange.map(({ scenario }) => scenario.file).join(', ');
  if (asking.ask === undefined) {
    const what = strange.map(({ scenario, text }) => `${scenario.file}: its machines want to reach ${text}`);
    throw new UsageError('network', what.join('\n'), {
      hint: 'if you trust it, allow that: --allow-network',
    });
  }
  if (await asking.ask(`Allow that to the machines of ${names}? [y/N] `)) return;
  throw new InterruptedError('nothing was started');
}

/** `consentToNetwork` on this terminal. */
export async function consent(chosen: readonly Chosen[], args: { 'allow-network': boolean }): Promise<void> {
  const ask = terminalAsk(context().signal);
  await consentToNetwork(chosen, { allowed: args['allow-network'], say, ask });
}

/** Whether a scenario's file lies with this project's own. */
export function isShipped(file: string): boolean {
  try {
    return realpathSync(resolve(file)).startsWith(realpathSync(join(packageRoot(), 'scenarios')) + sep);
  } catch {
    return false;
  }
}

/** Asks on this terminal; undefined where there is none. */
function terminalAsk(signal: AbortSignal): Asking['ask'] {
  if (!process.stdin.isTTY || !process.stderr.isTTY || process.env.CI) return undefined;
  return async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(?:es)?$/i.test((await lines.question(forTerminal(question), { signal })).trim());
    } finally {
      lines.close();
    }
  };
}
