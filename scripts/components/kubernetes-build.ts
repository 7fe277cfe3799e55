/** How Kubernetes' programs are built, as its own scripts do it. */
import type { BuildRecipe } from './build-recipe.ts';

/**
 * Until 1.30, which brought `go.work`, it is built without Go's modules. The version is stamped, for that is what the
 * kubelet tells the others; the commit isn't.
 * https://github.com/kubernetes/kubernetes/blob/v1.20.2/hack/lib/version.sh
 */
const SETUP = `
export CGO_ENABLED=0
[ -e go.work ] || export GO111MODULE=off
version=$(echo "$TAG" | sed s/^v//)
major=$(echo "$version" | cut -d. -f1)
minor=$(echo "$version" | cut -d. -f2)
flags="-s -w"
for package in k8s.io/component-base/version k8s.io/kubernetes/vendor/k8s.io/component-base/version; do
  for value in "gitVersion=v$version" "gitMajor=$major" "gitMinor=$minor" gitTreeState=clean; do
    [ -z "$version" ] || flags="$flags -X $package.$value"
  done
done
`;

/** `run` finds Go's linker flags in `$flags`. One builder for all, so that the second finds most packages compiled. */
export function kubernetesRecipe(run: string): BuildRecipe {
  return {
    repository: 'https://github.com/kubernetes/kubernetes.git',
    packages: ['git', 'rsync'],
    go: 'go.mod',
    sourcePackage: 'kubernetes',
    importPath: 'k8s.io/kubernetes',
    run: `${SETUP}${run}`,
  };
}
