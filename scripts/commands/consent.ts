/** Scenarios that let their machines out: said always, and asked about where they did not come with this project. */
import { realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { InterruptedError, UsageError } from '../lib/errors.ts';
import { networkText } from '../lib/network.ts';
import { packageRoot } from '../lib/paths.ts';
import { forTerminal } from '../lib/plain.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { context } from './context.ts';
import { say } from './output.ts';

export interface Chosen {
  readonly scenario: Pick<Scenario, 'name' | 'file'>;
  readonly cells: readonly Pick<Cell, 'machine'>[];
}

export interface Asking {
  /** Whether the user said so beforehand: `--allow-network`. */
  readonly allowed: boolean;
  readonly say: (line: string) => void;
  /** Asks a question that yes or no answers; undefined where nobody is there to answer. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
}

/** What the machines of these cells may reach beside nothing, in words; one text for each that differs. */
export function networksOf(cells: Chosen['cells']): string[] {
  const texts = cells.flatMap(({ machine }) =>
    machine.network === false ? [] : [networkText(machine.network)],
  );
  return [...new Set(texts)];
}

/**
 * Says which scenarios let their machines out, and asks about those of strangers. Throws UsageError `network` where
 * nobody can be asked, InterruptedError when the answer is no.
 */
export async function consentToNetwork(chosen: readonly Chosen[], asking: Asking): Promise<void> {
  const out = chosen.flatMap(({ scenario, cells }) => {
    const networks = networksOf(cells);
    return networks.length === 0 ? [] : [{ scenario, text: networks.join('; ') }];
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
  if (await asking.ask(`Let the machines of ${names} reach that? [y/N] `)) return;
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
