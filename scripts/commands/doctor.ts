import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import pc from 'picocolors';
import { DEFAULT_PROVIDER, PROVIDERS } from '../../vm/providers.ts';
import { debianMirror } from '../artifact/mirror.ts';
import type { Kernel } from '../artifact/types.ts';
import { EXIT, messageOf } from '../lib/errors.ts';
import { ANY_EXIT_CODE, run } from '../lib/exec.ts';
import { cacheDir } from '../lib/paths.ts';
import { formatBytes } from '../lib/units.ts';
import { alignRows, columnWidths, type TableRow } from '../report/table.ts';
import { requestsOf } from '../runner/plan.ts';
import { BUILD_TOOLS, extendPath, findProgram, missingTools, notFound, toolsFor } from '../setup/tools.ts';
import { context } from './context.ts';
import { measureStarts, startTables } from './doctor-boot.ts';
import type { DoctorArguments } from './doctor-command.ts';
import { compareGuest, nodeTable } from './doctor-node.ts';
import { print, printJson } from './output.ts';
import { checkKind } from './providers.ts';
import { openStore, select } from './wiring.ts';

interface Finding {
  readonly ok: boolean;
  readonly what: string;
  readonly says: string;
}

/**
 * Everything that a run needs from this host, whether it is there, and what to do where it isn't. Exit code 125 where
 * something is missing; 1 where a guest differs from a node in a way that docs/guest.md doesn't list.
 */
export async function doctor(args: DoctorArguments): Promise<void> {
  extendPath();
  checkKind(args.provider);
  const { signal } = context();
  const kind = args.provider ?? DEFAULT_PROVIDER;
  const findings = [node(), ...(await tools(kind)), await mirror(signal), await cacheSpace(), memory()];
  const ready = findings.every(({ ok }) => ok);
  if (ready) findings.push(await accelerator(kind, args.fresh, signal));
  if (args.provider === undefined) findings.push(...(await otherKinds(kind, signal)));
  process.exitCode = findings.every(({ ok }) => ok) ? EXIT.ok : EXIT.skip;
  const starts = args.boot && process.exitCode === EXIT.ok ? await measureStarts(kind) : undefined;
  const guest = args.node && process.exitCode === EXIT.ok ? await compareGuest(kind) : undefined;
  if (guest?.some(({ result }) => result === 'differs')) process.exitCode = EXIT.bad;
  if (args.json) {
    const alone = starts === undefined && guest === undefined;
    printJson(alone ? findings : { findings, starts, guest });
    return;
  }
  const rows = findings.map(
    ({ ok, what, says }): TableRow => [
      ok ? { text: 'ok', paint: pc.green } : { text: 'no', paint: pc.red },
      { text: what },
      { text: says },
    ],
  );
  print(alignRows(rows, columnWidths(rows)).join('\n'));
  if (!ready) print('the accelerator is chosen once everything above is there');
  if (starts !== undefined) print(`\n${startTables(starts)}`);
  if (guest !== undefined) print(`\n${nodeTable(guest)}`);
}

/** Kinds of machines beside the one that is looked at: none of them has to be there. */
export async function otherKinds(kind: string, signal: AbortSignal): Promise<Finding[]> {
  return Promise.all(
    PROVIDERS.filter((card) => card.kind !== kind).map(async (card): Promise<Finding> => {
      const { unusable } = await (await context().makeProvider(card.kind)).limits(signal);
      const missing = (await notFound(card.tools)).map(({ package: name }) => name);
      const lacks = missing.length === 0 ? undefined : `lacks ${missing.join(', ')}`;
      const why = [unusable, lacks].filter((text) => text !== undefined).join('; ');
      const says = why === '' ? 'can be used' : `not there, and not needed: ${why}`;
      return { ok: true, what: card.kind, says: `${card.title}: ${says} (--provider ${card.kind})` };
    }),
  );
}

function node(): Finding {
  return { ok: true, what: 'node', says: process.versions.node };
}

async function tools(kind: string): Promise<Finding[]> {
  const missing = await missingTools({ providers: [kind] });
  const needed = toolsFor([kind]);
  const found = await Promise.all(
    needed.map(async (tool): Promise<Finding> => {
      const { program, why } = tool;
      if ((await findProgram(program)) === undefined) {
        return { ok: false, what: program, says: `missing; it ${why}: sudo apt-get install ${tool.package}` };
      }
      return { ok: true, what: program, says: await versionOf(program, tool.version) };
    }),
  );
  const forBuilds = await Promise.all(
    BUILD_TOOLS.map(async ({ program, version, why }): Promise<Finding> => {
      const there = (await findProgram(program)) !== undefined;
      const says = there
        ? await versionOf(program, version)
        : `not there yet; it ${why}: got for builds alone`;
      return { ok: true, what: program, says };
    }),
  );
  const rest = missing.filter(({ program }) => !needed.some((tool) => tool.program === program));
  return [
    ...found,
    ...forBuilds,
    ...rest.map(({ program, why, package: name }) => ({
      ok: false,
      what: program,
      says: `missing; it ${why}: sudo apt-get install ${name}`,
    })),
  ];
}

async function versionOf(program: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run([program, ...args], { okCodes: ANY_EXIT_CODE });
  const line = `${stdout}\n${stderr}`.split('\n').find((text) => text.trim() !== '');
  return line?.trim().slice(0, 80) ?? 'there';
}

async function mirror(signal: AbortSignal): Promise<Finding> {
  return debianMirror(signal).then(
    (address) => ({ ok: true, what: 'Debian mirror', says: address }),
    (error) => ({ ok: false, what: 'Debian mirror', says: messageOf(error) }),
  );
}

/** Bytes that the cache may grow to: an image, four kernels, a dozen layers, and as much again while they are made. */
const CACHE_NEEDS = 2 * 1024 ** 3;
/** Bytes that one machine of the default size needs. */
const MACHINE_NEEDS = 1.7 * 1024 ** 3;

async function cacheSpace(): Promise<Finding> {
  const dir = cacheDir();
  const { bavail, bsize } = await statfs(dir).catch(() => statfs('/'));
  const free = bavail * bsize;
  return {
    ok: free >= CACHE_NEEDS,
    what: 'cache',
    says: `${dir}, ${formatBytes(free)} free of ${formatBytes(CACHE_NEEDS)} needed`,
  };
}

function memory(): Finding {
  const free = freemem();
  return {
    ok: free >= MACHINE_NEEDS,
    what: 'memory',
    says: `${formatBytes(free)} free; a machine takes ${formatBytes(MACHINE_NEEDS)}`,
  };
}

/** Boots the smoke scenario's kernel for a moment, unless an earlier probe is remembered, or machines have their own. */
async function accelerator(kind: string, fresh: boolean, signal: AbortSignal): Promise<Finding> {
  try {
    const provider = await context().makeProvider(kind);
    const { unusable, fixed } = await provider.limits(signal);
    if (unusable !== undefined) return { ok: false, what: kind, says: unusable };
    const kernel = fixed.kernel === undefined ? await smokeKernel(signal) : undefined;
    const found = await provider.probe(kernel, signal, { fresh });
    return {
      ok: found !== undefined,
      what: 'accelerator',
      says: found ? `${found.accelerator}: ${found.why}` : 'none',
    };
  } catch (error) {
    return { ok: false, what: 'accelerator', says: messageOf(error) };
  }
}

async function smokeKernel(signal: AbortSignal): Promise<Kernel> {
  const { scenario, cells } = select('smoke', { filter: [], set: [] });
  const [cell] = cells;
  const request = cell && requestsOf(cell, scenario).find(({ component }) => component === 'kernel');
  if (request === undefined) throw new Error('the smoke scenario has no kernel');
  const store = openStore({});
  return store.kernel(await store.resolve(request, signal), signal);
}
