/** What a sample measured. */
import { z } from 'zod';
import { type Facts, fields } from './fields.ts';

/** `bytes` and `ms` are shown as KiB/MiB and s by reports; any other unit is shown as it is. */
export const metricValueSchema = fields({ value: z.number(), unit: z.string() });
export type MetricValue = Facts<typeof metricValueSchema>;
