/** `--repo`: another repository for the revisions that a scenario builds. */
import { specOf } from '../artifact/spec.ts';
import { COMPONENTS, LAYERED } from '../components/index.ts';
import { either } from '../lib/diagnostic.ts';
import { UsageError } from '../lib/errors.ts';
import type { ScenarioInput } from './schema.ts';

/**
 * The scenario with `<address or folder>` for every component that it builds, or `<component>=<address or folder>` for
 * one. Throws UsageError where that is none, or where one name is for several.
 */
export function applyRepos(input: ScenarioInput, repos: readonly string[]): ScenarioInput {
  const built = COMPONENTS.filter((component) =>
    [...(input.axes[component] ?? []), ...(input.include ?? []).map((point) => point[component])].some(
      (value) => specOf(String(value)).revision !== undefined,
    ),
  );
  const build = { ...input.build };
  for (const repo of repos) {
    const named = COMPONENTS.find((component) => repo.startsWith(`${component}=`));
    const repository = named === undefined ? repo : repo.slice(named.length + 1);
    if (repository === '') throw new UsageError('repo', `--repo ${repo}: names no repository`);
    const [component, another] = named === undefined ? built : built.filter((one) => one === named);
    if (component === undefined) {
      throw new UsageError(
        'repo',
        `--repo ${repo}: no cell has a git: revision of ${named ?? 'any component'}`,
        {
          hint: `name one: --set ${named ?? 'runc'}=git:<tag, branch or hash>`,
        },
      );
    }
    if (another !== undefined) {
      const each = either(built.map((one) => `--repo ${one}=…`));
      throw new UsageError('repo', `--repo ${repo}: ${built.join(' and ')} are built; say ${each}`);
    }
    if (!LAYERED.includes(component)) throw new UsageError('repo', `--repo ${repo}: kernels aren't built`);
    build[component] = { ...build[component], repository };
  }
  return { ...input, build };
}
