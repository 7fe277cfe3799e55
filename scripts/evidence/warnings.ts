/**
 * What the kernel and the runtimes warned of. A warning by itself is no symptom; one that only some cells of a run
 * log tells that they took another path. Pure.
 */
import type { Warning } from '../model/warning.ts';
import type { KernelLogEntry } from './kernel-log.ts';

/** Different warnings that are kept, and letters of each. */
const KEPT = 100;
const LENGTH = 400;

/** The kernel's levels up to `warn`. */
const WARN = 4;
/**
 * Lines of reports that have a place of their own (OOM kills, oopses), and what every stack dump consists of: they have
 * the level of whatever they are part of.
 */
const OF_REPORTS =
  /^(?: |CPU: |Hardware name: |Call Trace:|Modules linked in:|[ECRF]?[A-Z0-9]{2,3}: |Code: |---\[|.+ invoked oom-killer: |(?:Memory cgroup out of memory|Out of memory)|Tasks in .+ are going to be killed)/;

/** A line of logrus, as text or as JSON: runc, containerd, its shims. */
const LOGGED = /^.*(?:\blevel=(?:warning|error|fatal)\b|"level":"(?:warning|error|fatal)").*$/gm;
/** What a shim logged while containerd cleaned up after it, quoted: lines of their own, most of them no warnings. */
const QUOTED = /\bmsg="cleanup warnings (time=(?:\\.|[^"\\])*)"/;
/** When it was said, and by which process: what differs each time. */
const STAMP = /\btime="[^"]*" ?|"time":"[^"]*",?|,?"time":"[^"]*"|^\S+ \d\d:\d\d:\d\d \S+ /g;

/**
 * Two warnings are one when they differ in numbers, addresses and ids alone. Looked at is what is kept of a line: errors
 * and reports of strangers may have longer ones.
 */
export function normalised(line: string): string {
  return line
    .slice(0, LENGTH)
    .replaceAll(/0x[0-9a-f]+/gi, '#')
    .replaceAll(/\b(?=[0-9a-f-]{0,64}\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b/gi, '#')
    .replaceAll(/\d+/g, '#');
}

/** As logrus quotes: line breaks as `\\n`, and a backslash before quotes and backslashes. */
function unquoted(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

/** The warnings of several machines as those of one. */
export function mergeWarnings(lists: readonly (readonly Warning[])[]): Warning[] {
  const merged = new Map<string, Warning>();
  for (const warning of lists.flat()) count(merged, warning);
  return [...merged.values()];
}

/** With those that are the same; a new one as long as there is room. */
function count(kept: Map<string, Warning>, warning: Warning): void {
  const key = `${warning.source} ${normalised(warning.line)}`;
  const known = kept.get(key);
  if (known !== undefined) kept.set(key, { ...known, count: known.count + warning.count });
  else if (kept.size < KEPT) kept.set(key, warning);
}

export class Warnings {
  readonly #kept = new Map<string, Warning>();

  /** An entry of the kernel's log; what a program wrote there is no warning of the kernel's. */
  ofKernel({ level, user, message }: KernelLogEntry): void {
    if (user || level === undefined || level > WARN || OF_REPORTS.test(message)) return;
    this.#add('kernel', message);
  }

  /** The lines of a runtime's log, or of a text with such lines in it. */
  ofRuntime(text: string): void {
    for (const [line] of text.matchAll(LOGGED)) {
      const quoted = QUOTED.exec(line)?.[1];
      if (quoted === undefined) this.#add('runtime', line.replaceAll(STAMP, '').trim());
      else this.ofRuntime(unquoted(quoted));
    }
  }

  /** In the order in which they came first. */
  get list(): Warning[] {
    return [...this.#kept.values()];
  }

  #add(source: Warning['source'], text: string): void {
    count(this.#kept, { source, line: text.slice(0, LENGTH), count: 1 });
  }
}
