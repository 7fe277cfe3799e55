/** How `critest` is called: cri-tools from 1.24 on, which use ginkgo 2. Pure. */
import { goPattern } from '../ginkgo/pattern.ts';

export interface CritestOptions {
  readonly benchmark: boolean;
  /** Name the tests, run none. */
  readonly dry: boolean;
  readonly focus: string;
  readonly skip: string;
  /** Names of further tests to leave out. */
  readonly without: readonly string[];
  readonly socket: string;
  readonly imagesFile: string;
  readonly reportDir: string;
}

/** critest chooses the benchmarks, or leaves them out, by a filter of its own beside these. */
export function critestArgs(options: CritestOptions): string[] {
  const skips = [...(options.skip === '' ? [] : [options.skip]), ...options.without.map(goPattern)];
  return [
    ...(options.dry ? ['--ginkgo.dry-run'] : []),
    '--ginkgo.no-color',
    '--ginkgo.seed=1',
    ...(options.focus === '' ? [] : [`--ginkgo.focus=${options.focus}`]),
    ...(skips.length === 0 ? [] : [`--ginkgo.skip=${skips.join('|')}`]),
    ...(options.benchmark ? ['--benchmark'] : []),
    `--runtime-endpoint=unix://${options.socket}`,
    `--test-images-file=${options.imagesFile}`,
    `--ginkgo.junit-report=${options.reportDir}/junit.xml`,
  ];
}
