/** Asks for each thing once, whatever comes of it. */
export function once<T, R>(make: (from: T) => R): (from: T) => R {
  const made = new Map<T, { readonly result: R }>();
  return (from) => {
    const known = made.get(from) ?? { result: make(from) };
    made.set(from, known);
    return known.result;
  };
}
