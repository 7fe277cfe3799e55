import { writeWhole } from '../lib/files.ts';
import { readReport } from '../report/json.ts';
import { formats } from '../report/render.ts';
import { say, shown, write } from './output.ts';
import type { ReportArguments } from './report-command.ts';

export async function report(args: ReportArguments): Promise<void> {
  const { report: found, dir } = await readReport(args.run);
  const render = formats[args.format];
  const text = render(found, { dir: shown(dir) });
  if (args.out === undefined) {
    write(text.endsWith('\n') ? text : `${text}\n`);
    return;
  }
  await writeWhole(args.out, text);
  say(`wrote ${args.out}`);
}
