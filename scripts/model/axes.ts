/** Points of a scenario's matrix. */
import { z } from 'zod';
import { type Facts, fields } from './fields.ts';
import { scalarsSchema } from './scalar.ts';

/** One point of the matrix: axis name -> value. Key order is the scenario's axis order. */
export const axesSchema = scalarsSchema;
export type Axes = Facts<typeof axesSchema>;

/** An unsupported combination of the matrix, and why. */
export const unsupportedPointSchema = fields({ axes: axesSchema, reason: z.string() });
export type UnsupportedPoint = Facts<typeof unsupportedPointSchema>;
