/** What a machine of any kind does by the agent in it. */
import { orAborted } from '../../scripts/lib/exec.ts';
import type { ConsoleReader } from '../console.ts';
import { hostMoment } from '../host-moment.ts';
import type { ExecOptions, ExecResult, LogFollower, MachineFacts } from '../machine.ts';
import { copyIn, copyOut } from './copy.ts';
import { Forwards } from './forward.ts';
import type { AgentLink } from './link.ts';

export interface AgentParts {
  readonly id: string;
  readonly facts: MachineFacts;
  readonly link: AgentLink;
  readonly console: ConsoleReader;
  /** Folder for its sockets on the host; its path is short. */
  readonly sockets: string;
  /** Aborted, with the reason, when the machine is gone. */
  readonly lost: AbortSignal;
}

export abstract class AgentMachine {
  readonly id: string;
  readonly facts: MachineFacts;
  readonly lost: AbortSignal;
  readonly host = hostMoment;
  protected readonly link: AgentLink;
  readonly #console: ConsoleReader;
  readonly #forwards: Forwards;

  constructor({ id, facts, link, console, sockets, lost }: AgentParts) {
    this.id = id;
    this.facts = facts;
    this.link = link;
    this.lost = lost;
    this.#console = console;
    this.#forwards = new Forwards(link, sockets);
  }

  exec(command: string | readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return this.explained((signal) => this.link.exec(command, { ...options, signal }), options.signal);
  }

  copyIn(hostPath: string, guestPath: string): Promise<void> {
    return this.explained((signal) => copyIn(this.link, { hostPath, guestPath }, signal));
  }

  copyOut(guestPath: string, hostPath: string): Promise<void> {
    return this.explained((signal) => copyOut(this.link, { guestPath, hostPath }, signal));
  }

  forward(guestSocket: string): Promise<string> {
    return this.#forwards.add(guestSocket);
  }

  followLog(listener: (records: string) => void): LogFollower {
    const follower = this.link.followLog(listener);
    return { catchUp: () => this.explained((signal) => orAborted(follower.catchUp(), signal)) };
  }

  console(): Promise<string> {
    return this.#console.read();
  }

  /** Ends the link and what is forwarded by it; the machine stays. */
  protected close(): void {
    this.#forwards[Symbol.dispose]();
    this.link[Symbol.dispose]();
  }

  /** Until the machine is gone or `signal` is aborted; what goes wrong is explained. */
  protected async explained<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const signals = signal === undefined ? [this.lost] : [this.lost, signal];
    try {
      return await work(AbortSignal.any(signals));
    } catch (error) {
      throw await this.explain(error);
    }
  }

  /** Why work on the machine failed; an error that says so itself as it is. */
  protected abstract explain(error: unknown): Promise<unknown>;
}
