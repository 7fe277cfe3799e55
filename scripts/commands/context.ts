/** What the entry hands to every command. */
import type { MachineProvider } from '../../vm/machine.ts';

export interface CommandContext {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Throws UsageError for a kind that doesn't exist. `notice` is told what the provider makes on the way, a line each. */
  readonly makeProvider: (kind: string, notice?: (line: string) => void) => Promise<MachineProvider>;
}

let current: CommandContext | undefined;

/** Called once, by the entry. */
export function withContext(context: CommandContext): void {
  current = context;
}

export function context(): CommandContext {
  if (current === undefined) throw new Error('no command context was set');
  return current;
}
