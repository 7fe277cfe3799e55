/** A value as a scenario can write it: of an axis, or of a suite's parameter. */
import { z } from 'zod';
import type { Facts } from './fields.ts';

export const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);
export type Scalar = Facts<typeof scalarSchema>;

/** Values by name. */
export const scalarsSchema = z.record(z.string(), scalarSchema);
