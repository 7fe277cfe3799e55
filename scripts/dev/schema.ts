/** Writes `scenarios/schema.json`; with `--check`, only tells whether it is up to date. */
import { scenarioJsonSchema } from '../scenario/json-schema.ts';
import { generated } from './generated.ts';

generated('scenarios/schema.json', () => `${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`);
