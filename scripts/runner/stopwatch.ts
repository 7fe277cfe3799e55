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

  get phases(): { readonly name: string; readonly ms: number }[] {
    const end = this.#ended ?? performance.now();
    return this.#phases.map(({ name, at }, index) => ({
      name,
      ms: Math.round((this.#phases[index + 1]?.at ?? end) - at),
    }));
  }
}
