/** What is used of cephes: its own declarations are not where its package.json makes TypeScript look. */
declare module 'cephes' {
  /** Fulfilled once the functions can be called. */
  export const compiled: Promise<void>;
  /** The regularized incomplete beta function at `x`. */
  export function incbet(a: number, b: number, x: number): number;
  export function lbeta(a: number, b: number): number;
  export function ndtr(z: number): number;
  export function ndtri(p: number): number;
}
