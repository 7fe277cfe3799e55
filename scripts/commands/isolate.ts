import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isolate as runIsolate } from '../isolate/driver.ts';
import { endsOf } from '../isolate/ends.ts';
import { renderMarkdown, renderText } from '../isolate/render.ts';
import { renderSection } from '../isolate/section.ts';
import { EXIT, UsageError } from '../lib/errors.ts';
import { renderHtml } from '../report/html.ts';
import { bootTimeout } from '../runner/boot-timeout.ts';
import { ensureTools } from '../setup/install.ts';
import { consent } from './consent.ts';
import { context } from './context.ts';
import { say } from './output.ts';
import { makeProgress } from './progress.ts';
import { needsOf, newRunDir, openStore, select, sessionId } from './wiring.ts';

export interface IsolateArguments {
  readonly scenario: string;
  readonly fail?: string[] | undefined;
  readonly pass?: string[] | undefined;
  readonly filter: string[];
  readonly set: string[];
  readonly repo: string[];
  readonly samples: number;
  readonly 'max-samples': number;
  readonly jobs?: number | undefined;
  readonly out?: string | undefined;
  readonly offline: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly 'allow-network': boolean;
}

export async function isolate(args: IsolateArguments): Promise<void> {
  if (args.jobs !== undefined && !(Number.isInteger(args.jobs) && args.jobs >= 1)) {
    throw new UsageError('jobs', '--jobs must be a whole number, 1 or more');
  }
  if (!Number.isInteger(args['max-samples']) || args['max-samples'] < 1) {
    throw new UsageError('samples', '--max-samples must be a whole number, 1 or more');
  }
  bootTimeout();
  const { scenario, cells } = select(args.scenario, args);
  const ends = endsOf(cells, { fail: args.fail, pass: args.pass });
  await consent([{ scenario, cells }], args);
  await ensureTools(say, needsOf([{ scenario, cells }]));
  const { signal, makeProvider } = context();
  const dir = await newRunDir(args.out, `isolate-${scenario.name}`);
  const notice = args.quiet || args.json ? () => undefined : say;
  const provider = await makeProvider('qemu', notice);
  await provider.reap({ all: false });
  const store = openStore({ offline: args.offline, notice });
  const { isolation, report } = await runIsolate(
    {
      // Only what the filters leave may be run.
      ...{
        scenario: { ...scenario, cells },
        ends,
        samples: args.samples,
        maxSamples: Math.max(args.samples, args['max-samples']),
        dir,
        jobs: args.jobs,
        provider,
        store,
      },
      ...{ session: sessionId(), command: ['repro', ...process.argv.slice(2)] },
      show: () => makeProgress(args.quiet || args.json ? 'none' : 'auto'),
    },
    signal,
  );
  await writeFile(join(dir, 'report.html'), renderHtml(report, renderSection(isolation, report)));
  await writeFile(join(dir, 'isolate.md'), renderMarkdown(isolation, report));
  const where = relative(process.cwd(), dir) || '.';
  const width = Math.min(110, process.stdout.columns ?? 80);
  process.stdout.write(
    args.json
      ? `${JSON.stringify(isolation, null, 2)}\n`
      : `${renderText(isolation, report, width)}summary   ${where}/isolate.md\nevidence  ${where}\n`,
  );
  const named = isolation.axes.some(({ role }) => role === 'decides' || role === 'rate');
  process.exitCode = named ? EXIT.ok : EXIT.skip;
}
