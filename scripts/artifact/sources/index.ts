/** All sources of artifacts. A new one is a file here and a line in this list. */
import { deb } from './deb.ts';
import { debSrc } from './deb-src.ts';
import { git } from './git.ts';
import { path } from './path.ts';
import { release } from './release.ts';
import type { Source } from './source.ts';

/** In the order in which help, messages and documentation name them. */
export const SOURCES: readonly Source[] = [deb, release, path, git, debSrc];
