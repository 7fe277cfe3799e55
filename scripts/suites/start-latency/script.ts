/**
 * The guest's side of the `start-latency` suite: one bash script a sample, for bash knows the time without starting a
 * program, which under emulation would cost as much as what is measured.
 */
import { quote, writeFile } from '../guest-shell.ts';
import { type ContainerOptions, containerConfig } from '../oci/config.ts';
import { ROOTFS } from '../oci/script.ts';

export interface LatencyOptions extends Pick<ContainerOptions, 'cgroup' | 'driver' | 'memoryLimit'> {
  /** Begins the containers' ids, and names the work folder. */
  readonly slug: string;
  readonly count: number;
  /** Starts before those that count: caches and what the runtime makes once. */
  readonly warmup: number;
  /** All at once, or one after the other. */
  readonly concurrent: boolean;
}

const FOLDER = '/run/repro/start-latency';

/**
 * Runs `count` containers of `true` with `runc run`, from its call to its end. Prints `time <begin> <end>` for each, in
 * microseconds since 1970, or `failed <exit code>` and runc's words.
 */
export function latencyScript(options: LatencyOptions): string {
  const { slug, count, warmup, concurrent } = options;
  const dir = `${FOLDER}/${slug}`;
  // One bundle for each container that may run beside another.
  const bundles = Array.from({ length: concurrent ? count : 1 }, (_, index) => `${slug}-${index + 1}`);
  const makes = bundles.map((id) => {
    const config = containerConfig({ ...options, id, rootfs: ROOTFS, args: ['true'] });
    return `mkdir -p ${quote(`${dir}/${id}`)}\n${writeFile(`${dir}/${id}/config.json`, config)}`;
  });
  const [first = ''] = bundles;
  const all = concurrent
    ? bundles.map((id) => `one ${id} >${quote(`${dir}/${id}/said`)} &`).join('\n') +
      `\nwait\ncat ${bundles.map((id) => quote(`${dir}/${id}/said`)).join(' ')}`
    : `for n in {1..${count}}; do one ${first}; done`;
  return `exec bash -c ${quote(`set -u
${makes.join('\n')}
one() {
  local begin=\${EPOCHREALTIME/[.,]/} code=0 end
  runc run --bundle ${dir}/$1 $1 </dev/null >/dev/null 2>${dir}/$1/err || code=$?
  end=\${EPOCHREALTIME/[.,]/}
  if [ $code = 0 ]; then
    echo "time $begin $end"
  else
    echo "failed $code $(tr '\\n' ' ' <${dir}/$1/err)"
    runc delete --force $1 >/dev/null 2>&1
  fi
}
for n in {1..${warmup}}; do [ $n -gt ${warmup} ] || one ${first}; done >/dev/null
${all}
rm -rf ${dir}`)}`;
}
