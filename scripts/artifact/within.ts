/** Whether a path is below a folder. Pure: links have to be resolved before. */
import { isAbsolute, relative } from 'node:path';

export function isBelow(dir: string, path: string): boolean {
  const way = relative(dir, path);
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}
