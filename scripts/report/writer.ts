/**
 * Keeps `report.json` up to date while a run goes on. Writing it costs what all cells hold, so that writing it as each
 * total many cells ends would cost their square: a write that took long is followed by a pause that is longer still.
 */
import type { Report } from '../model/report.ts';
import { writeReport } from './json.ts';

/** Of a run's time at most this share, the inverse of it, goes into writing. */
const PAUSE = 20;

export class ReportWriter {
  readonly #dir: string;
  readonly #now: () => number;
  #writing: Promise<unknown> = Promise.resolve();
  #next = 0;
  #timer: NodeJS.Timeout | undefined;
  #make: (() => Report) | undefined;
  #writes = 0;

  /** `now`: a clock in milliseconds. */
  constructor(dir: string, now: () => number = () => performance.now()) {
    this.#dir = dir;
    this.#now = now;
  }

  /** How often the report was written. */
  get writes(): number {
    return this.#writes;
  }

  /** Writes what `make` gives now, or after the pause. Until then the samples stand in the journal. */
  async save(make: () => Report): Promise<void> {
    this.#make = make;
    const wait = this.#next - this.#now();
    if (wait <= 0) await this.#write();
    else this.#timer ??= setTimeout(() => void this.#write().catch(() => undefined), wait).unref();
  }

  /** Writes the last report, after all others. */
  async finish(make: () => Report): Promise<Report> {
    this.#make = make;
    clearTimeout(this.#timer);
    const report = await this.#write();
    return report ?? make();
  }

  /** One after the other: an earlier report must not come to lie over a later one. */
  #write(): Promise<Report | undefined> {
    this.#timer = undefined;
    const written = this.#writing.then(async () => {
      const report = this.#make?.();
      this.#make = undefined;
      if (report === undefined) return undefined;
      const began = this.#now();
      await writeReport(this.#dir, report);
      this.#writes++;
      this.#next = this.#now() + PAUSE * (this.#now() - began);
      return report;
    });
    this.#writing = written.catch(() => undefined);
    return written;
  }
}
