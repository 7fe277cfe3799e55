/** Where time went: consecutive named phases. */
export class Stopwatch {
  readonly #began = performance.now();
  readonly #phases: { readonly name: string; readonly at: number }[] = [];
  #ended: number | undefined;

  /** Ends the phase before, begins this one. */
  phase(name: string): void {
    this.#phases.push({ name, at: performance.now() });
  }

  stop(): void {
    this.#ended ??= performance.now();
  }

  get totalMs(): number {
    return Math.round((this.#ended ?? performance.now()) - this.#began);
  }

  /** In the order in which they first began; what one of a name took later is added to it. */
  get phases(): { readonly name: string; readonly ms: number }[] {
    const end = this.#ended ?? performance.now();
    const taken = new Map<string, number>();
    for (const [index, { name, at }] of this.#phases.entries()) {
      taken.set(name, (taken.get(name) ?? 0) + (this.#phases[index + 1]?.at ?? end) - at);
    }
    return [...taken].map(([name, ms]) => ({ name, ms: Math.round(ms) }));
  }
}
