/** What the kubelet keeps from pods. Pure. */
import { parseQuantity } from '../../lib/quantity.ts';

/** Of the machine's memory a part, 0 to 1, or so many bytes. */
export type Reservation = { readonly part: number } | { readonly bytes: number };

/** Of a quantity (`100Mi`), or a part (`0.35`) as Kubernetes' node tests give it; undefined when it is neither. */
export function parseReservation(text: string | number): Reservation | undefined {
  const number = Number(text);
  if (text !== '' && number >= 0 && number < 1) return { part: number };
  const bytes = parseQuantity(text);
  return bytes === undefined ? undefined : { bytes };
}

export function reservedBytes(reservation: Reservation, totalBytes: number): number {
  return 'part' in reservation ? Math.floor(reservation.part * totalBytes) : reservation.bytes;
}
