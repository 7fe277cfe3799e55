/** Reads a guest's kernel log as it comes, and tells samples apart in it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogFollower, LogPosition, Machine } from '../../vm/machine.ts';
import type { KernelEvent } from '../model/kernel-event.ts';
import type { AttributedOomKill, OomKill } from '../model/oom-kill.ts';
import { Attribution } from './attribute.ts';
import { Completeness, incompleteBetween, type Missing } from './completeness.ts';
import { findKernelEvents } from './kernel-events.ts';
import { type KernelLogEntry, parseRecord, showRecord } from './kernel-log.ts';
import { sampleMarker } from './marks.ts';
import { OomKillReader } from './oom-kills.ts';
import { MachinesPart } from './shared-log.ts';
import { Warnings } from './warnings.ts';

export interface KernelFindings {
  readonly oomKills: readonly AttributedOomKill[];
  readonly kernelEvents: readonly KernelEvent[];
}

/** What the kernel logged while a sample ran. */
export interface SampleLog {
  readonly text: string;
  /** Why it may not be all of it; undefined when it is. */
  readonly incomplete: string | undefined;
}

/** Bytes of a machine's log that are kept: of the kernel's own lines, and of those that programs wrote. */
const ROOM = { kernel: 32 << 20, user: 4 << 20 };
/** The kernel counts a kill a moment before it logs it: how often, and after how many milliseconds, to look again. */
const LATE = { looks: 10, ms: 100 };

/** What came between two moments: in a sample, or in none. */
interface Piece {
  readonly sample: string | undefined;
  readonly lines: string[];
  readonly entries: KernelLogEntry[];
  /** Lines for which there was no room. */
  leftOut: number;
  /** The kernel's own of them: none of these is an event. */
  unread: number;
}

export class KernelLog {
  /** Of its samples; whoever reads other logs of theirs adds what stands there. */
  readonly warnings = new Warnings();
  readonly #machine: Machine;
  /** Where the log is of others, too: what of it is the machine's. */
  readonly #part: MachinesPart | undefined;
  readonly #kills = new OomKillReader();
  readonly #attribution = new Attribution();
  readonly #completeness = new Completeness();
  /** Of pieces that are over: their text, and their events by sample. */
  readonly #texts: string[] = [];
  readonly #events = new Map<string | undefined, KernelEvent[]>();
  readonly #room = { ...ROOM };
  readonly #late = new Set<string>();
  #piece: Piece = begun(undefined);
  #follower: LogFollower | undefined;
  #before: Missing = { records: 0, kills: 0 };

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#part = machine.sharedLog && new MachinesPart(machine.sharedLog);
    if (this.#part !== undefined) this.#texts.push(this.#part.heading);
  }

  /** Has the log read from now on: the machine keeps only so much of it. */
  follow(): LogFollower {
    this.#follower ??= this.#machine.followLog((records) => this.#read(records));
    return this.#follower;
  }

  /** Reads what the kernel has logged by now. Throws MachineError. */
  async catchUp(): Promise<LogPosition> {
    return this.follow().catchUp();
  }

  /** A sample begins. What the kernel said before belongs to none. */
  async begin(sample: string): Promise<void> {
    this.#before = this.#completeness.missing(await this.catchUp());
    this.#turn(sample);
    this.#attribution.begin(sample);
    this.#piece.lines.push(`${sampleMarker(sample, 'begin')}\n`);
  }

  /** A sample is over; returns what the kernel logged meanwhile. Throws MachineError: then it stays open. */
  async end(sample: string, expected: readonly string[]): Promise<SampleLog> {
    this.#attribution.expectOomKills(sample, expected);
    let incomplete: string | undefined;
    for (let look = 0; look < LATE.looks; look++) {
      if (look > 0) await sleep(LATE.ms);
      const missing = this.#completeness.missing(await this.catchUp());
      incomplete = incompleteBetween(this.#before, missing);
      if (missing.kills <= this.#before.kills) break;
    }
    const { unread } = this.#piece;
    if (unread > 0) {
      incomplete ??=
        `the kernel logged more than ${ROOM.kernel / 2 ** 20} MiB, and ${unread} of its lines were not looked at, ` +
        'so a panic or an oops may be missing';
    }
    incomplete ??= this.#attribution.doubtOf(sample);
    this.#attribution.end(sample);
    this.#piece.lines.push(`${sampleMarker(sample, 'end')}\n`);
    return { text: this.#turn(undefined), incomplete };
  }

  /** Everything read so far, with a line where a sample begins and ends. */
  get text(): string {
    return [...this.#texts, textOf(this.#piece)].join('');
  }

  /** Gives up the text of what is over, once that is on disk: a cell may have a machine for each sample. */
  forgetText(): void {
    this.#texts.length = 0;
  }

  /** What a sample's log tells; `undefined` asks for what belongs to no sample. */
  findings(sample: string | undefined): KernelFindings {
    const open = this.#piece.sample === sample ? findKernelEvents(this.#piece.entries) : [];
    const over = this.#events.get(sample) ?? [];
    return { oomKills: this.#attribution.killsOf(sample), kernelEvents: [...over, ...open] };
  }

  /** Samples of which something was learned after they ended, since this was asked last. */
  takeLate(): string[] {
    const late = [...this.#late];
    this.#late.clear();
    return late;
  }

  /** Why it can't be told which kills are the sample's; undefined when it can. */
  doubtOf(sample: string): string | undefined {
    return this.#attribution.doubtOf(sample);
  }

  #read(records: string): void {
    for (const line of records.split('\n')) {
      const entry = parseRecord(line);
      if (entry === undefined) continue;
      this.#completeness.read(entry);
      const kill = this.#ownKill(this.#kills.read(entry));
      if (kill !== undefined) for (const sample of this.#attribution.add(kill).late) this.#late.add(sample);
      if (this.#part !== undefined) {
        for (const own of this.#part.keep(entry, `${showRecord(line)}\n`)) this.#keepLine('kernel', own);
        continue;
      }
      if (this.#piece.sample !== undefined) this.warnings.ofKernel(entry);
      this.#keep(entry, `${showRecord(line)}\n`);
    }
  }

  /** As the machine sees it; of a shared log, undefined for what isn't the machine's. */
  #ownKill(kill: OomKill | undefined): OomKill | undefined {
    if (kill === undefined || this.#part === undefined) return kill;
    const whose = this.#part.whose(kill);
    if (whose.kind === 'doubt') this.#attribution.doubtRunning(whose.why);
    return whose.kind === 'own' ? whose.kill : undefined;
  }

  #keepLine(of: keyof typeof ROOM, line: string): void {
    this.#room[of] -= line.length;
    if (this.#room[of] < 0) this.#piece.leftOut++;
    else this.#piece.lines.push(line);
  }

  #keep(entry: KernelLogEntry, line: string): void {
    const of = entry.user ? 'user' : 'kernel';
    this.#keepLine(of, line);
    if (entry.user) return;
    if (this.#room[of] < 0) this.#piece.unread++;
    else this.#piece.entries.push(entry);
  }

  /** Ends the piece that is open, and begins another; returns the text of the one that ended. */
  #turn(sample: string | undefined): string {
    const ended = this.#piece;
    const text = textOf(ended);
    this.#texts.push(text);
    const events = this.#events.get(ended.sample) ?? [];
    this.#events.set(ended.sample, [...events, ...findKernelEvents(ended.entries)]);
    this.#piece = begun(sample);
    return text;
  }
}

function begun(sample: string | undefined): Piece {
  return { sample, lines: [], entries: [], leftOut: 0, unread: 0 };
}

function textOf({ lines, leftOut }: Piece): string {
  const left = leftOut === 0 ? '' : `repro: ${leftOut} more lines are left out, for there were too many\n`;
  return lines.join('') + left;
}
