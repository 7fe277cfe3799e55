/** SHA-256 of a text, as lower-case hex. Pure. */
import { createHash } from 'node:crypto';

export function sha256Text(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
