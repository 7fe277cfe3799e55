/** Containers by a Docker Engine, as kind has nodes: systemd as their first program, this host's kernel. */
import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MachineError, messageOf } from '../../scripts/lib/errors.ts';
import { abortError } from '../../scripts/lib/exec.ts';
import { makeFolder } from '../../scripts/lib/files.ts';
import { makeLimit } from '../../scripts/lib/limit.ts';
import { ownerState, thisOwner } from '../../scripts/lib/owner.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { AgentLink } from '../agent/link.ts';
import { ConsoleReader, consoleTail } from '../console.ts';
import { makeIdentity } from '../identity.ts';
import { watchLogs } from '../log-limit.ts';
import type {
  Capabilities,
  Limits,
  Machine,
  MachineFacts,
  MachineProvider,
  MachineSpec,
  ReapedMachine,
} from '../machine.ts';
import { Phases } from '../phases.ts';
import { makeWorkDirs } from '../work-dir.ts';
import { addressOf } from './address.ts';
import { AGENT, containerOptions } from './container.ts';
import { knownEndpoints, rememberEndpoint } from './endpoints.ts';
import { Engine } from './engine.ts';
import {
  capabilitiesOf,
  cgroupOf,
  type EngineInfo,
  type EngineVersion,
  isPodman,
  limitsOf,
  nameOf,
  unusableBecause,
} from './engine-info.ts';
import { engineRights } from './engine-rights.ts';
import { ensureImage } from './image.ts';
import { labelsOf, type MachineLabel, readLabel } from './labels.ts';
import { DockerMachine, knownLost, shellOf, watchLink } from './machine.ts';

/** An engine that can make machines. */
interface Host {
  readonly engine: Engine;
  readonly info: EngineInfo;
  readonly version: EngineVersion;
}

/** A container that says it is a machine. */
interface Found {
  readonly engine: Engine;
  readonly container: string;
  readonly running: boolean;
  readonly label: MachineLabel;
}

export class DockerProvider implements MachineProvider {
  readonly kind = 'docker';
  #host: Promise<Host> | undefined;

  async limits(): Promise<Limits> {
    try {
      const { engine, info, version } = await this.#ask();
      return limitsOf(info, version, await engineRights(engine.socket));
    } catch (error) {
      const hint = error instanceof MachineError && error.hint !== undefined ? ` (${error.hint})` : '';
      return { unusable: `${messageOf(error)}${hint}`, fixed: {} };
    }
  }

  async probe(): Promise<Capabilities | undefined> {
    const { unusable } = await this.limits();
    if (unusable !== undefined) return undefined;
    return capabilitiesOf(this.kind, (await this.#ask()).version);
  }

  async allocate(spec: MachineSpec, signal: AbortSignal): Promise<Machine> {
    if (signal.aborted) throw abortError(signal);
    const phases = new Phases();
    const host = await this.#usable();
    if (spec.image === undefined) throw new Error('a container needs an image');
    // Once for all machines, and no part of a boot.
    const image = await ensureImage(host.engine, spec.image, signal);
    phases.end('image');
    using limit = makeLimit(
      spec.bootTimeout,
      undefined,
      (said) => new MachineError('boot-timeout', `the container was not ready within ${said}`),
    );
    const alive = AbortSignal.any([signal, limit.signal]);
    await makeFolder(spec.logDir);
    const machine = await this.#start({ spec, host, image, phases }, alive);
    try {
      await machine.attach(spec.layers);
      phases.end('attach');
      if (signal.aborted) throw abortError(signal);
      return machine;
    } catch (error) {
      await machine[Symbol.asyncDispose]();
      throw error;
    }
  }

  async reap({ all }: { readonly all: boolean }): Promise<readonly ReapedMachine[]> {
    const reaped: ReapedMachine[] = [];
    for (const { engine, container, running, label } of await this.#machines()) {
      if (ownerState(label.owner) !== 'gone') continue;
      if (label.keep && running && !all) continue;
      await engine.remove(container);
      reaped.push({ id: label.id, session: label.session });
    }
    return reaped;
  }

  async kept(logDir: string): Promise<readonly string[] | undefined> {
    const found = (await this.#machines()).find(
      ({ label, running }) => running && label.keep && label.logDir === resolve(logDir),
    );
    return found && shellOf(found.engine.socket, found.container);
  }

  /** Of every engine that made one for this user. One that doesn't answer now is asked the next time. */
  async #machines(): Promise<Found[]> {
    const found: Found[] = [];
    for (const socket of await knownEndpoints()) {
      const engine = await Engine.at(socket);
      for (const { Id, State, Labels } of await engine.machines().catch(() => [])) {
        const label = readLabel(Labels);
        if (label !== undefined) found.push({ engine, container: Id, running: State === 'running', label });
      }
    }
    return found;
  }

  async #start(
    order: {
      readonly spec: MachineSpec;
      readonly host: Host;
      readonly image: string;
      readonly phases: Phases;
    },
    signal: AbortSignal,
  ): Promise<DockerMachine> {
    const { spec, host, image, phases } = order;
    const { engine, info } = host;
    const consoleFile = join(spec.logDir, 'console.log');
    await rm(consoleFile, { force: true });
    const capabilities = await engineRights(engine.socket);
    const { dir, sockets } = await makeWorkDirs();
    // Before there is one to be found.
    await rememberEndpoint(engine.socket);
    const container = await engine.create(
      containerOptions({
        spec,
        image,
        init: await readFile(join(packageRoot(), 'vm/docker/init.sh'), 'utf8'),
        hostname: makeIdentity(spec.id).hostname,
        cgroup: cgroupOf(info) ?? 'v2',
        hostCpus: info.NCPU ?? 1,
        capabilities,
        labels: labelsOf(spec, thisOwner()),
        // It raises limits for its containers, which takes a right of its own.
        mostFiles: isPodman(host.version) ? await ownMostFiles() : undefined,
      }),
    );
    phases.end('create');
    const gone = new AbortController();
    const watching = new AbortController();
    const console = new ConsoleReader(consoleFile);
    try {
      const terminal = await engine.console(container);
      terminal.on('error', () => terminal.destroy());
      terminal.pipe(createWriteStream(consoleFile, { flags: 'a' })).on('error', () => terminal.destroy());
      await engine.start(container);
      void engine.ended(container, watching.signal).then((why) => {
        if (!watching.signal.aborted) gone.abort(new MachineError('lost', why));
      });
      const logs = watchLogs(() => console.state());
      const release = () => {
        watching.abort();
        terminal.destroy();
        logs[Symbol.dispose]();
      };
      watching.signal.addEventListener('abort', release, { once: true });
      const stream = await engine.exec(container, AGENT);
      watchLink(stream, gone);
      const link = new AgentLink(stream);
      const started = AbortSignal.any([signal, gone.signal]);
      await link.run(['/bin/true'], { signal: started, timeout: spec.bootTimeout });
      phases.end('systemd');
      const kernel = (await link.exec(['uname', '-r'], { signal: started })).stdout.trim();
      phases.end('answer');
      return new DockerMachine({
        spec,
        engine,
        container,
        link,
        console,
        facts: factsOf(this.kind, { spec, host, kernel, phases }),
        dirs: [sockets, dir],
        lost: gone.signal,
        release,
      });
    } catch (error) {
      const why = await explainStart(error, { signal, gone: gone.signal, console });
      watching.abort();
      await engine.remove(container.id).catch(() => undefined);
      for (const one of [sockets, dir]) await rm(one, { recursive: true, force: true });
      throw why;
    }
  }

  async #usable(): Promise<Host> {
    const host = await this.#ask();
    const unusable = unusableBecause(host.info, host.version);
    if (unusable !== undefined) throw new MachineError('provider', unusable);
    return host;
  }

  #ask(): Promise<Host> {
    this.#host ??= open();
    return this.#host;
  }
}

async function open(): Promise<Host> {
  const address = addressOf(process.env);
  if (address.kind === 'unusable') throw new MachineError('provider', address.why);
  const engine = await Engine.at(address.path);
  return { engine, ...(await engine.about()) };
}

/** `Max open files` of proc(5)'s limits, the hard one. */
async function ownMostFiles(): Promise<number | undefined> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const hard = /^Max open files +\d+ +(\d+) /m.exec(limits)?.[1];
  return hard === undefined ? undefined : Number(hard);
}

function factsOf(
  kind: string,
  of: {
    readonly spec: MachineSpec;
    readonly host: Host;
    readonly kernel: string;
    readonly phases: Phases;
  },
): MachineFacts {
  const { spec, host, kernel, phases } = of;
  return {
    provider: kind,
    accelerator: 'none',
    emulator: nameOf(host.version),
    kernel,
    cgroup: cgroupOf(host.info) ?? 'v2',
    cpus: Math.min(spec.cpus, host.info.NCPU ?? 1),
    memoryMiB: spec.memoryMiB,
    start: 'cold',
    bootPhases: phases.all,
  };
}

/** Turns whatever ended a start into one MachineError with the console's last lines; an interrupt stays one. */
async function explainStart(
  error: unknown,
  of: { readonly signal: AbortSignal; readonly gone: AbortSignal; readonly console: ConsoleReader },
): Promise<Error> {
  const { signal, gone, console } = of;
  // Why its connection broke is known in a moment.
  if (error instanceof MachineError && error.code === 'lost') await knownLost(gone);
  const tail = consoleTail(await console.read());
  const details = { consoleTail: tail, cause: error };
  if (signal.aborted) {
    const why = abortError(signal);
    return why instanceof MachineError ? new MachineError(why.code, why.message, details) : why;
  }
  if (gone.aborted) {
    return new MachineError('boot-failed', `${gone.reason.message} before the machine was ready`, details);
  }
  if (error instanceof MachineError) {
    return new MachineError(error.code, error.message, { hint: error.hint, ...details });
  }
  return error instanceof Error ? error : new Error(String(error));
}
