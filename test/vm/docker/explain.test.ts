/** What an engine's refusals become; texts and statuses are those of Docker Engine 20.10.24. */
import { describe, expect, it } from 'vitest';
import { MachineError } from '../../../scripts/lib/errors.ts';
import { explainEngine, isAbsent, isConflict } from '../../../vm/docker/explain.ts';

const socket = '/run/docker.sock';
const explained = (error: unknown, doing = 'start a container') => explainEngine(error, { socket, doing });

/** As docker-modem makes it of an answer. */
function answer(statusCode: number, message: string) {
  const error = new Error(`(HTTP code ${statusCode}) server error - ${message} `);
  return Object.assign(error, { statusCode, reason: 'server error', json: { message } });
}
/** As a connection that fails. */
const failed = (code: string) =>
  Object.assign(new Error(`connect ${code} ${socket}`), { code, syscall: 'connect', address: socket });

describe('an engine that is not there', () => {
  it.each([
    ['ENOENT', /^no Docker Engine listens at \/run\/docker.sock$/, /apt-get install docker.io.*DOCKER_HOST/],
    ['ECONNREFUSED', /^the Docker Engine of \/run\/docker.sock does not answer$/, /systemctl restart docker/],
    ['ECONNRESET', /does not answer/, /journalctl -u docker/],
    ['EACCES', /^this user may not use \/run\/docker.sock$/, /group docker.*as good as root/],
  ])('%s', (code, message, hint) => {
    const error = explained(failed(code));
    expect(error).toBeInstanceOf(MachineError);
    expect(error).toMatchObject({ code: 'provider' });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });
});

describe('what an engine refuses', () => {
  it.each([
    [
      'no space',
      answer(
        500,
        'Error processing tar file(exit status 1): write /usr/lib/x86_64-linux-gnu/libcrypto.so.3: no space left on device',
      ),
      "for the disk of the engine's data is full",
      'docker system prune',
    ],
    [
      'a missing capability',
      answer(
        500,
        'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: unable to apply caps: operation not permitted: unknown',
      ),
      'for this host lacks a capability that its machines need',
      'capabilities',
    ],
    [
      'an unknown capability',
      answer(400, 'invalid CapAdd: unknown capability: "CAP_CHECKPOINT_RESTORE"'),
      'for the engine knows not all capabilities',
      '20.10',
    ],
    [
      'too many CPUs',
      answer(400, 'Requested CPUs are not available - requested 0-99, available: 0-1'),
      'for this host has fewer CPUs',
      'cpus',
    ],
    [
      'no cgroups',
      answer(500, 'OCI runtime create failed: cgroups: cgroup mountpoint does not exist: unknown'),
      'for the engine finds no cgroups',
      'cgroupfs-mount',
    ],
    [
      'no rights',
      answer(500, 'OCI runtime create failed: mount cgroup: operation not permitted: unknown'),
      'for the engine may not do what its machines need',
      'rootless',
    ],
  ])('%s', (_, refusal, why, hint) => {
    const error = explained(refusal);
    expect(error.message).toContain(`can't start a container, ${why}`);
    // The engine's own words stay.
    expect(error.message).toContain(refusal.json.message);
    expect(error.hint).toContain(hint);
  });

  it('that nobody knows is told in its own words, on one line', () => {
    const error = explained(answer(500, 'something\n  odd'), 'import an image');
    expect(error.message).toBe("the Docker Engine can't import an image: something; odd");
    expect(error.hint).toBeUndefined();
  });

  it('is explained once', () => {
    const error = new MachineError('boot-timeout', 'late');
    expect(explained(error)).toBe(error);
    expect(explained('text').message).toContain('text');
    expect(explained(undefined).message).toContain("can't start a container");
  });
});

it('tells what is gone, and what is going', () => {
  expect(isAbsent(answer(404, 'No such image: nothing:1'))).toBe(true);
  expect(isAbsent(answer(500, 'x'))).toBe(false);
  expect(isAbsent(undefined)).toBe(false);
  expect(isConflict(answer(409, 'removal of container a is already in progress'))).toBe(true);
});
