/** Kubernetes' memory quantities. Pure. */

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
};

/** Bytes of a Kubernetes memory quantity (`15Mi`, `20M`, `1048576`); undefined when it isn't one. */
export function parseQuantity(text: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|k|M|G)?$/.exec(String(text));
  const factor = UNITS[match?.[2] ?? ''];
  if (match === null || factor === undefined) return undefined;
  const bytes = Math.round(Number(match[1]) * factor);
  // Beyond that it is written in another way than it was read, and no machine has it.
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
