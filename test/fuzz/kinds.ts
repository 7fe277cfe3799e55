/** All kinds of input that are fuzzed. */
import type { FuzzKind } from './kind.ts';
import * as agent from './kinds/agent.ts';
import * as cache from './kinds/cache.ts';
import * as commandLines from './kinds/command-lines.ts';
import * as logs from './kinds/logs.ts';
import * as names from './kinds/names.ts';
import * as packages from './kinds/packages.ts';
import * as reports from './kinds/reports.ts';
import * as runs from './kinds/runs.ts';
import * as scenarios from './kinds/scenarios.ts';
import * as suites from './kinds/suites.ts';
import * as trees from './kinds/trees.ts';

export const kinds: readonly FuzzKind[] = [
  ...[scenarios, names, commandLines, logs, agent, suites, reports, runs, cache, trees, packages],
].flatMap((group) => Object.values(group));
