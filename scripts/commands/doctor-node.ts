/** `doctor --node`: a guest beside what runc, containerd and the kubelet expect of a node. */
import pc from 'picocolors';
import { askScript, compareNode } from '../node/compare.ts';
import { EXPECTATIONS } from '../node/expectations.ts';
import { prepareScript } from '../node/prepare.ts';
import type { Comparison } from '../node/types.ts';
import { alignRows, columnWidths, type TableRow } from '../report/table.ts';
import { runGuest } from '../suites/guest-shell.ts';
import { context } from './context.ts';
import { withMachines } from './doctor-machine.ts';

/** A runc that seals itself by an overlay where it can (1.2 and later), and the containerd of the guests' suite. */
const LAYERS = { runc: 'deb:forky', containerd: 'deb:trixie' } as const;
/** Milliseconds for a guest to get ready, and to answer, on a busy host. */
const TIMEOUT = 300_000;

/** `kind`: of the provider; undefined: the default. Throws as `allocate` does, and ReproError `guest-script`. */
export function compareGuest(kind?: string): Promise<Comparison[]> {
  const { signal } = context();
  return withMachines(kind, async ({ provider, store, spec }) => {
    const layers = [];
    for (const [component, text] of Object.entries(LAYERS)) {
      const resolved = await store.resolve({ component, spec: text, sources: [] }, signal);
      layers.push(await store.layer(resolved, signal));
    }
    await using machine = await provider.allocate({ ...spec, id: 'node', layers }, signal);
    const options = { signal, timeout: TIMEOUT };
    await runGuest(machine, 'making the guest a node', prepareScript(), options);
    const { stdout } = await machine.exec(askScript(EXPECTATIONS), options);
    return compareNode(EXPECTATIONS, stdout);
  });
}

const PAINTS = { same: pc.green, known: pc.yellow, differs: pc.red };

export function nodeTable(rows: readonly Comparison[]): string {
  const header: TableRow = ['check', 'guest', 'node', 'result: effect'].map((text) => ({ text }));
  const lines = rows.map(
    ({ what, guest, node, result, effect }): TableRow => [
      { text: what },
      { text: guest },
      { text: node },
      { text: effect === '' ? result : `${result}: ${effect}`, paint: PAINTS[result] },
    ],
  );
  const all = [header, ...lines];
  return alignRows(all, columnWidths(all)).join('\n');
}
