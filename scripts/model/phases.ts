/** Where time went, in order. */
import { z } from 'zod';
import { fields } from './fields.ts';

export const phasesSchema = z.array(fields({ name: z.string(), ms: z.number() }));
