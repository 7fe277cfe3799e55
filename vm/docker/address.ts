/** Where the Docker Engine listens. Pure. */

/** Of a Docker Engine that runs as root. */
export const DEFAULT_SOCKET = '/var/run/docker.sock';

export type Address =
  | { readonly kind: 'socket'; readonly path: string }
  /** Why it can't be used, as what follows *because*. */
  | { readonly kind: 'unusable'; readonly why: string };

/**
 * What `DOCKER_HOST` says, else the default. Only sockets of this host: a machine's load, and what a crash leaves, are
 * looked after from here.
 */
export function addressOf(env: Readonly<Record<string, string | undefined>>): Address {
  const said = env.DOCKER_HOST;
  if (said === undefined || said === '') return { kind: 'socket', path: DEFAULT_SOCKET };
  const path = /^unix:\/\/(\/.+)$/.exec(said)?.[1];
  if (path !== undefined) return { kind: 'socket', path };
  return {
    kind: 'unusable',
    why: `DOCKER_HOST is ${said}, and machines are made by an engine of this host alone: unix:///path/of/its/socket`,
  };
}

/** As the `docker` program and `DOCKER_HOST` take it. */
export const hostOf = (path: string): string => `unix://${path}`;
