/** All commands, as the help lists them. */
import { floor } from '../floor/verb.ts';
import { bench } from './bench-command.ts';
import { bisect } from './bisect-command.ts';
import { cache } from './cache-command.ts';
import { doctor } from './doctor-command.ts';
import { isolate } from './isolate-command.ts';
import { list } from './list-command.ts';
import { reap } from './reap-command.ts';
import { report } from './report-command.ts';
import { run } from './run-command.ts';
import { shell } from './shell-command.ts';
import { show } from './show-command.ts';
import { verbCommand } from './verb-command.ts';
import { verify } from './verify-command.ts';

export const commands = [
  run,
  verify,
  bench,
  verbCommand(floor),
  isolate,
  bisect,
  list,
  show,
  report,
  shell,
  doctor,
  cache,
  reap,
];
