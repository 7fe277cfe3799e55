import type { Argv } from 'yargs';
import { PROVIDER_KINDS } from '../../vm/providers.ts';
import { type ArgumentsOf, defineCommand } from './command.ts';
import { PROVIDER } from './options.ts';

const options = (args: Argv) =>
  args
    .option('json', { type: 'boolean', default: false, describe: 'Print JSON' })
    .option('fresh', { type: 'boolean', default: false, describe: 'Probe the accelerator again' })
    .option('provider', {
      ...PROVIDER,
      describe: `Check for machines of this provider: ${PROVIDER_KINDS.join(', ')}`,
    })
    .option('boot', {
      type: 'boolean',
      default: false,
      describe: 'Boot a machine and restore another, and show the time of each phase',
    })
    .option('node', {
      type: 'boolean',
      default: false,
      describe: 'Compare a guest with what runc, containerd and the kubelet expect of a node',
    });
export type DoctorArguments = ArgumentsOf<typeof options>;

export const doctor = defineCommand({
  command: 'doctor',
  describe: 'Check this host: tools, versions, accelerator, space',
  options,
  handler: async (args) => (await import('./doctor.ts')).doctor(args),
});
