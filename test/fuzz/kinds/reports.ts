/** `report.json`, in all formats. */
import fc from 'fast-check';
import { reportSchema } from '../../../scripts/model/report.ts';
import { FORMATS } from '../../../scripts/report/formats.ts';
import { parseReport } from '../../../scripts/report/json.ts';
import { formats } from '../../../scripts/report/render.ts';
import { twoCells } from '../../fixtures/reports/index.ts';
import { fromSchema } from '../from-schema.ts';
import { answered, fuzzKind, must } from '../kind.ts';
import { damaged, deepened } from '../mutate.ts';

const REPORT = JSON.stringify(twoCells());

async function render(text: string): Promise<void> {
  const report = await answered(() => parseReport(text, 'report.json'));
  if (report === undefined) return;
  for (const { name: format } of FORMATS)
    must(formats[format](report).length > 0, `${format} says something`);
}

export const reports = fuzzKind(
  'reports',
  fromSchema(reportSchema).map((value) => JSON.stringify(value)),
  render,
);

export const damagedReports = fuzzKind(
  'damaged-reports',
  fc.oneof(
    { weight: 4, arbitrary: damaged([REPORT]) },
    { weight: 1, arbitrary: deepened([REPORT, JSON.stringify({ any: [{ case: 'fails' }] })]) },
  ),
  render,
);
