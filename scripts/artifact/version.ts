/** Versions: from a Debian package's to the upstream one, and what a bare version in a scenario means. */

/**
 * The upstream part of a Debian version, as the project's own tags spell it.
 *
 * - the epoch (`1:`) and the Debian revision (after the last `-`) are dropped;
 * - what Debian adds to an upstream version is dropped: `+ds1`, `+dfsg`, `+git…`, `~ds1`;
 * - of `1.20.5+really1.20.2` the latter is the truth;
 * - a pre-release keeps its name, with the hyphen of semantic versions and git tags instead of Debian's
 *   tilde (which is there to sort before the release): `1.0.0~rc93` is `1.0.0-rc93`.
 */
export function upstreamVersion(packageVersion: string): string {
  const withoutEpoch = packageVersion.replace(/^\d+:/, '');
  const upstream = withoutEpoch.replace(/-[^-]*$/, '');
  const real = /\+really(.+)$/.exec(upstream)?.[1] ?? upstream;
  const [release = '', prerelease] = real.replace(/\+.*$/, '').split('~');
  return prerelease !== undefined && /^(?:alpha|beta|rc|pre|dev)/.test(prerelease)
    ? `${release}-${prerelease}`
    : release;
}

/**
 * Whether `version` is what `wanted` asks for: the same, or more exact by whole components, so that `1.6` asks
 * for `1.6.20` and not for `1.60.1`. A pre-release has to be asked for in full. A leading `v` is ignored.
 */
export function matchesVersion(wanted: string, version: string): boolean {
  const bare = wanted.replace(/^v(?=\d)/, '');
  return version === bare || (version.startsWith(`${bare}.`) && !version.includes('-'));
}
