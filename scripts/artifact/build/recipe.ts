/** The recipe of a build: the card's, with what a scenario says otherwise. */
import type { BuildRecipe } from '../../components/build-recipe.ts';
import { cardOf } from '../../components/index.ts';
import { UsageError } from '../../lib/errors.ts';
import type { BuildSettings } from '../types.ts';

/** What every builder has. */
export const BASE: readonly string[] = ['gcc', 'libc6-dev', 'make', 'pkgconf'];

/** The shipped recipe, changed by what a scenario says. Throws UsageError where they don't make a whole one. */
export function recipeOf(component: string, settings: BuildSettings = {}): BuildRecipe {
  const shipped = cardOf(component)?.recipe;
  const repository = settings.repository ?? shipped?.repository;
  const run = settings.run ?? shipped?.run;
  if (repository === undefined || run === undefined) {
    const missing = [
      ...(repository === undefined ? ['repository'] : []),
      ...(run === undefined ? ['run'] : []),
    ];
    throw new UsageError('build', `nothing says how ${component} is built`, {
      hint: `give the scenario build: { ${component}: { ${missing.map((key) => `${key}: …`).join(', ')} } }`,
    });
  }
  return {
    repository,
    packages: settings.packages ?? shipped?.packages ?? [],
    go: settings.go ?? shipped?.go ?? 'go.mod',
    run,
    sourcePackage: shipped?.sourcePackage,
    importPath: shipped?.importPath,
  };
}
