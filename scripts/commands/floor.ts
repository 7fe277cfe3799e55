import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { cellsOf } from '../floor/cells.ts';
import { findFloors } from '../floor/driver.ts';
import { parseOptions, type RawOptions } from '../floor/options.ts';
import { renderMarkdown, renderText } from '../floor/render.ts';
import { renderSection } from '../floor/section.ts';
import { EXIT } from '../lib/errors.ts';
import { renderHtml } from '../report/html.ts';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { filterCells } from '../scenario/filter.ts';
import { loadScenario } from '../scenario/load.ts';
import { parseSet } from '../scenario/set.ts';
import { ensureTools } from '../setup/install.ts';
import { context } from './context.ts';
import { say } from './output.ts';
import { makeProgress } from './progress.ts';
import { needsOf, newRunDir, openStore, sessionId } from './wiring.ts';

export interface FloorArguments extends RawOptions {
  readonly scenario: string;
  readonly filter: string[];
  readonly set: string[];
  readonly repo: string[];
  readonly out?: string | undefined;
  readonly offline: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

export async function floor(args: FloorArguments): Promise<void> {
  const options = parseOptions(args);
  bootTimeout();
  const scenario = loadScenario(args.scenario, { set: parseSet(args.set), repo: args.repo });
  const chosen = filterCells(scenario.cells, args.filter, scenario.impossible);
  const cells = cellsOf(scenario.suite.id, chosen, options.budget);
  await ensureTools(say, needsOf([{ scenario, cells }]));
  const { signal, makeProvider } = context();
  const dir = await newRunDir(args.out, `floor-${scenario.name}`);
  const progress = makeProgress(args.quiet || args.json ? 'none' : 'auto');
  const { listener } = progress;
  const notice = (text: string) => listener({ type: 'notice', text });
  const provider = await makeProvider('qemu', notice);
  await provider.reap({ all: false });
  const store = openStore({ offline: args.offline, notice });
  const command = ['repro', ...process.argv.slice(2)];
  const { floors, report } = await findFloors(
    { scenario, cells, options, dir, session: sessionId(), command, provider, store, listener },
    signal,
  ).finally(() => progress.close());
  await writeFile(join(dir, 'report.html'), renderHtml(report, renderSection(floors)));
  await writeFile(join(dir, 'floor.md'), renderMarkdown(floors));
  const where = relative(process.cwd(), dir) || '.';
  process.stdout.write(
    args.json
      ? `${JSON.stringify(floors, null, 2)}\n`
      : `${renderText(floors, Math.min(110, process.stdout.columns ?? 80))}summary   ${where}/floor.md\nevidence  ${where}\n`,
  );
  const found = floors.floors.every(({ certified }) => certified !== undefined);
  process.exitCode = found ? EXIT.ok : EXIT.skip;
}
