/** Writes the tables of `docs/scenarios.md`; with `--check`, only tells whether they are up to date. */
import { generated } from './generated.ts';
import { withTables } from './tables.ts';

generated('docs/scenarios.md', withTables);
