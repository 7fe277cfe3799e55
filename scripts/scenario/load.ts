/** From a scenario's name to the cells to run. */
import { UsageError } from '../lib/errors.ts';
import { sha256Text } from '../lib/hash.ts';
import { checkMeaning } from './check.ts';
import { displayPath, findScenario, type Places, scenarioName } from './find.ts';
import { explainIssues } from './issues.ts';
import { DEFAULT_CHECKS } from './kernel-log.ts';
import { lintMatrix, nothingSupported } from './lint.ts';
import { suiteOf } from './matrix.ts';
import { baseSettings, DEFAULT_SOURCES, DEFAULTS, planCells } from './plan.ts';
import { formatPath, type PlacedDiagnostic, ScenarioError, type ScenarioProblem } from './problems.ts';
import { readScenario } from './read.ts';
import { applyRepos } from './repo.ts';
import { MatrixFile, ScenarioFile, type ScenarioInput } from './schema.ts';
import { type AxisValues, applySet } from './set.ts';
import { parseSource, type ScenarioSource } from './source.ts';
import { splitMessage } from './split-text.ts';
import type { Scenario } from './types.ts';

export { findScenario, listScenarios } from './find.ts';

export interface LoadOptions extends Places {
  /** Values in place of an axis's own (`--set`). */
  readonly set?: AxisValues | undefined;
  /** Repositories in place of those that revisions are built from (`--repo`). */
  readonly repo?: readonly string[] | undefined;
  /** Where machines come from in place of what the scenario says (`--provider`). */
  readonly provider?: string | undefined;
}

/** Loads and plans a scenario by name or path. Throws ScenarioError with every problem of the file, or UsageError. */
export function loadScenario(nameOrPath: string, options: LoadOptions = {}): Scenario {
  const path = findScenario(nameOrPath, options);
  const file = displayPath(path, options.cwd);
  return parseScenario(file, readScenario(path, file), options);
}

/** As `loadScenario`, from a text. `file` names it in messages; its base name is the scenario's. */
export function parseScenario(
  file: string,
  text: string,
  { set, repo = [], provider }: LoadOptions = {},
): Scenario {
  const name = scenarioName(file);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
    throw new UsageError('scenario-name', `${file}: a scenario's name may have letters, digits, ., _ and -`, {
      hint: 'The name is that of the file, and a part of the ids of cells and of folders: rename the file.',
    });
  }
  const source = parseSource(file, text);
  const checked = source.data === undefined ? [] : validate(source);
  const input = Array.isArray(checked) ? undefined : checked;
  if (input === undefined || source.problems.length > 0) {
    const diagnostics = Array.isArray(checked) ? checked : [];
    throw new ScenarioError([
      ...source.problems,
      ...joined(source, diagnostics).map((diagnostic) => locate(file, source, diagnostic)),
    ]);
  }

  const wanted = applyRepos(set === undefined ? input : applySet(input, set), repo);
  const kinds = provider === undefined ? wanted.machine?.provider : [provider];
  const planned = planCells(name, { ...wanted, kinds });
  if (planned.cells.length === 0) {
    const why = planned.unsupported.length === 0 ? 'no point is left' : nothingSupported(planned.unsupported);
    throw new UsageError('set', `${file}: with these axes, ${why}`);
  }
  const { description, cases } = suiteOf(wanted);
  return {
    name,
    title: input.title,
    question: input.question ?? '',
    references: input.references ?? [],
    suite: {
      id: description.id,
      cases: cases.length === 0 ? description.cases.map((one) => one.id) : cases,
      timing: wanted.suite.timing,
    },
    axes: wanted.axes,
    sources: input.sources ?? DEFAULT_SOURCES,
    build: wanted.build ?? {},
    symptom: input.symptom,
    kernelLog: { ...DEFAULT_CHECKS, ...input.kernelLog },
    expect: (input.expect ?? []).filter((one) => planned.cells.some((cell) => cell.expect === one)),
    maxSamples: input.maxSamples ?? DEFAULTS.maxSamples,
    ...planned,
    ...baseSettings(wanted),
    file,
    sha256: sha256Text(text),
  };
}

/** The file's content, or everything that is wrong with it. */
function validate(source: ScenarioSource): ScenarioInput | PlacedDiagnostic[] {
  const { data } = source;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return [
      { path: [], message: data === null ? 'the file is empty' : 'must be a mapping of keys to values' },
    ];
  }
  const parsed = ScenarioFile.safeParse(data);
  const meaning = checkMeaning(data, source.typed);
  const told = new Set(meaning.map(({ path }) => formatPath(path)));
  const shape = explainIssues(ScenarioFile, data, parsed.error?.issues ?? []).filter(
    // The meaning of a value tells more than its shape.
    ({ path }) => !told.has(formatPath(path)),
  );
  const diagnostics = [...meaning, ...shape];
  const matrixKeys = Object.keys(MatrixFile.shape);
  if (!diagnostics.some(({ path }) => matrixKeys.includes(String(path[0])))) {
    const matrix = MatrixFile.safeParse(
      Object.fromEntries(Object.entries(data).filter(([key]) => matrixKeys.includes(key))),
    );
    const machine = ScenarioFile.shape.machine.safeParse('machine' in data ? data.machine : undefined);
    const kinds = machine.data?.provider;
    if (matrix.success) diagnostics.push(...lintMatrix({ ...matrix.data, kinds }));
  }
  return diagnostics.length === 0 && parsed.success ? parsed.data : diagnostics;
}

/** Keys that are pieces of a text: told once, as the text that a comma ended. */
function joined(source: ScenarioSource, diagnostics: readonly PlacedDiagnostic[]): PlacedDiagnostic[] {
  const told = new Set<number>();
  return diagnostics.flatMap((diagnostic) => {
    const split = diagnostic.at === 'key' ? source.split(diagnostic.path) : undefined;
    if (split === undefined || (!split.certain && diagnostic.suggestion !== undefined)) return [diagnostic];
    if (told.has(split.offset)) return [];
    told.add(split.offset);
    return [{ path: diagnostic.path, at: 'key', message: splitMessage(split) }];
  });
}

function locate(file: string, source: ScenarioSource, diagnostic: PlacedDiagnostic): ScenarioProblem {
  const { path, at, message, suggestion } = diagnostic;
  return { file, ...source.locate(path, at), path: formatPath(path), message, suggestion };
}
