import type { Axes } from '../model/axes.ts';
import type { Scalar } from '../model/scalar.ts';
import type { Selector } from './types.ts';

/** Values are compared as they are written in a cell's id, so `5` and `"5"` are the same. */
export function sameValue(a: Scalar, b: Scalar): boolean {
  return String(a) === String(b);
}

export function wantedValues(wanted: Scalar | readonly Scalar[]): readonly Scalar[] {
  return typeof wanted === 'object' ? wanted : [wanted];
}

/** Whether every axis that the selector names has the value, or one of the values, that it wants. */
export function matches(selector: Selector, axes: Axes): boolean {
  return Object.entries(selector).every(([axis, wanted]) => {
    const value = axes[axis];
    return value !== undefined && wantedValues(wanted).some((one) => sameValue(one, value));
  });
}
