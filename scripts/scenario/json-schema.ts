/** The JSON Schema of scenario files, `scenarios/schema.json`, with which editors complete and check them. */
import { z } from 'zod';
import { COMPONENTS } from '../components/index.ts';
import { MACHINE_AXES, SUITES } from '../suites/catalog.ts';
import { axes, point, ScenarioFile, selector } from './schema.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

export function scenarioJsonSchema(): Record<string, unknown> {
  const known = knownAxes();
  const schema = z.toJSONSchema(ScenarioFile, {
    io: 'input',
    target: 'draft-7',
    // Any axis may stand there; the known ones are named so that editors offer and check them.
    override({ zodSchema, jsonSchema }) {
      const shape = SHAPES.get(zodSchema);
      if (shape !== undefined) jsonSchema.properties = properties(known, shape);
    },
  });
  return { title: 'repro scenario', ...schema };
}

type Shape = (value: JsonSchema) => JsonSchema;

const many: Shape = (value) => ({ type: 'array', minItems: 1, items: value });

/** What stands beside the name of an axis, from what one value of it may be. */
const SHAPES = new Map<z.core.$ZodType, Shape>([
  [axes, many],
  [point, (value) => value],
  [selector, (value) => ({ anyOf: [value, many(value)] })],
]);

function properties(known: ReadonlyMap<string, JsonSchema>, shape: Shape): Record<string, JsonSchema> {
  return Object.fromEntries(
    [...known].map(([axis, { description, ...value }]) => [axis, { description, ...shape(value) }]),
  );
}

/** What one value of each axis may be that a machine or a suite knows. */
function knownAxes(): ReadonlyMap<string, JsonSchema> {
  const params = Object.values(SUITES).flatMap((suite) =>
    Object.entries(z.toJSONSchema(suite.params, { io: 'input', target: 'draft-7' }).properties ?? {}).flatMap(
      ([name, schema]): [string, JsonSchema][] => {
        if (typeof schema !== 'object') return [];
        const { default: _, ...value } = schema;
        return [[name, { ...value, description: `${suite.id}: ${schema.description ?? name}` }]];
      },
    ),
  );
  return new Map<string, JsonSchema>([
    ...COMPONENTS.map((name): [string, JsonSchema] => [
      name,
      { type: 'string', minLength: 1, description: `${name}: a version ("1.1.15", quoted) or deb:trixie` },
    ]),
    ...Object.entries(MACHINE_AXES).map(([name, values]): [string, JsonSchema] => [
      name,
      { enum: [...values], description: `${name} of the machine` },
    ]),
    // Where two suites have the same parameter, the first describes it.
    ...params.reverse(),
  ]);
}
