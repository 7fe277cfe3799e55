/** Sets of small whole numbers, 32 to a word: a range of thousands of commits has one for each of them. */
export type Bits = Uint32Array;

/** An empty set that can hold 0 to `size - 1`. */
export function emptyBits(size: number): Bits {
  return new Uint32Array(Math.ceil(size / 32));
}

export function fullBits(size: number): Bits {
  const bits = emptyBits(size);
  for (let index = 0; index < size; index++) addBit(bits, index);
  return bits;
}

export function hasBit(bits: Bits, index: number): boolean {
  return (((bits[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1;
}

export function addBit(bits: Bits, index: number): void {
  bits[index >>> 5] = (bits[index >>> 5] ?? 0) | (1 << (index & 31));
}

/** Adds all of `more` to `bits`. */
export function addAll(bits: Bits, more: Bits): void {
  for (const [word, value] of more.entries()) bits[word] = (bits[word] ?? 0) | value;
}

/** The members, in ascending order. */
export function membersOf(bits: Bits): number[] {
  const members: number[] = [];
  for (const [word, value] of bits.entries()) {
    for (let rest = value; rest !== 0; rest &= rest - 1) {
      members.push(word * 32 + 31 - Math.clz32(rest & -rest));
    }
  }
  return members;
}
