/** Where the time of a start went: consecutive named phases, in milliseconds. */
export class Phases {
  readonly all: { readonly name: string; readonly ms: number }[] = [];
  #since = performance.now();

  /** Ends the phase that began with the one before. */
  end(name: string): void {
    const now = performance.now();
    this.all.push({ name, ms: Math.round(now - this.#since) });
    this.#since = now;
  }
}
