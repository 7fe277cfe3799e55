/** Asks the guest what it really runs. */
import type { Machine } from '../../vm/machine.ts';
import { cannotStart, loaderError } from '../evidence/loader-error.ts';
import { ReproError } from '../lib/errors.ts';
import type { GuestComponent } from '../model/guest.ts';
import { parseCollected, quote, runGuest } from './guest-shell.ts';

/**
 * @param programs component -> name of a program looked up in PATH, or a path. A program that isn't there is left out.
 * @param path the PATH to look in, when it isn't the one that commands have: a daemon's own.
 * Throws ReproError `cannot-start` for one that can't be started: whatever the samples said, it had no part in them.
 * The kernel is told too, by `uname -r`; it has no file in the guest, so its `path` and `sha256` are empty.
 */
export async function inspectGuest(
  machine: Machine,
  programs: Readonly<Record<string, string>>,
  signal: AbortSignal,
  path?: string,
): Promise<Record<string, GuestComponent>> {
  const looks = Object.entries(programs).map(([name, program]) => `look ${quote(name)} ${quote(program)}`);
  // `--version` is read whole before its first line is taken: a program that finds its output closed may fail.
  const script = `${path === undefined ? '' : `PATH=${quote(path)}; export PATH`}
look() {
  found=$(command -v "$2") || return 0
  file=$(readlink -f "$found")
  sum=$(sha256sum "$file")
  version=$("$file" --version 2>&1 </dev/null)
  echo "$1.path:$file"
  echo "$1.sha256:\${sum%% *}"
  echo "$1.bytes:$(stat -c %s "$file")"
  echo "$1.reported:\${version%%
*}"
}
${looks.join('\n')}
echo "kernel.reported:$(uname -r)"`;
  const facts = parseCollected(await runGuest(machine, 'asking for versions', script, { signal }));
  const components: Record<string, GuestComponent> = {};
  for (const name of [...Object.keys(programs), 'kernel']) {
    const reported = facts.get(`${name}.reported`);
    if (reported === undefined) continue;
    const refused = loaderError(reported);
    if (refused !== undefined) throw new ReproError('cannot-start', cannotStart(name, refused));
    const bytes = facts.get(`${name}.bytes`);
    components[name] = {
      reported,
      path: facts.get(`${name}.path`) ?? '',
      sha256: facts.get(`${name}.sha256`) ?? '',
      ...(bytes === undefined ? {} : { bytes: Number(bytes) }),
    };
  }
  return components;
}
