/**
 * Distributions, by the functions of Cephes (Moshier, Methods and Programs for Mathematical Functions, 1989), which
 * SciPy uses as well. Pure.
 */
import { compiled, incbet, lbeta, ndtr, ndtri } from 'cephes';

await compiled;

/** The logarithm of the beta function; to 1e-9 for arguments up to a million. */
export const lnBeta = (a: number, b: number): number => lbeta(a, b);

/** The standard normal distribution; 0 below −37. */
export const normalCdf = (z: number): number => ndtr(z);

export const normalQuantile = (p: number): number => ndtri(p);

/**
 * The quantile of the beta distribution: by halving, to the last bit, of Cephes' own incomplete beta function. Its
 * inverse there, `incbi`, is wrong by a factor of hundreds for `a` of 4, `b` of 200,000 and `p` near 1.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0 || p >= 1) return p <= 0 ? 0 : 1;
  let [low, high] = [0, 1];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (incbet(a, b, middle) < p) low = middle;
    else high = middle;
  }
}

/** How many ways there are to choose `k` of `n`, as a logarithm; −∞ where there is none. */
export const lnChoose = (n: number, k: number): number =>
  k < 0 || k > n ? Number.NEGATIVE_INFINITY : -Math.log(n + 1) - lnBeta(n - k + 1, k + 1);

/** The chance of `k` events in `n` trials, each with the chance `p`. */
export function binomialPmf(k: number, n: number, p: number): number {
  if (p === 0 || p === 1) return k === n * p ? 1 : 0;
  return Math.exp(lnChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** The chance of `x` marked ones among `drawn` of `all`, of which `marked` are marked. */
export const hypergeometricPmf = (x: number, all: number, marked: number, drawn: number): number =>
  Math.exp(lnChoose(marked, x) + lnChoose(all - marked, drawn - x) - lnChoose(all, drawn));
