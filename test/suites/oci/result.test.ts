import { describe, expect, it } from 'vitest';
import { elapsed, runcErrors, startErrors, stepErrors } from '../../../scripts/suites/oci/result.ts';

const files = (entries: Record<string, string>) => new Map(Object.entries(entries));
const STARTED = { 'create.code': '0', 'start.code': '0', settled: 'sleep' };
/** The message is one of runc 1.1.5's, on cgroup v1. */
const LIMIT =
  'time="2024-11-23T12:20:02Z" level=error msg="runc create failed: unable to start container process: error during container init: error setting cgroup config for procHooks process: unable to set memory limit to 614400 (current usage: 2211840, peak usage: 2281472)"';

describe('runcErrors', () => {
  it('takes the message out of the log line', () => {
    expect(runcErrors(`${LIMIT}\n`)).toEqual([
      'runc create failed: unable to start container process: error during container init: error setting cgroup config for procHooks process: unable to set memory limit to 614400 (current usage: 2211840, peak usage: 2281472)',
    ]);
  });

  it('unquotes what is quoted in a message', () => {
    const line = String.raw`time="t" level=error msg="exec: \"nap\": not found\n" extra=1`;
    expect(runcErrors(line)).toEqual(['exec: "nap": not found\n']);
  });

  it('leaves warnings out when there is an error', () => {
    const warning = 'time="t" level=warning msg="unable to terminate initProcess" error="exit status 1"';
    expect(runcErrors(`${warning}\n${LIMIT}`)).toHaveLength(1);
  });

  it('takes the text itself when none of it is a log line', () => {
    expect(runcErrors('nsenter: failed to unshare: Out of memory\n')).toEqual([
      'nsenter: failed to unshare: Out of memory',
    ]);
    expect(runcErrors('')).toEqual([]);
  });
});

describe('startErrors', () => {
  it('is empty for a container that runs', () => {
    expect(startErrors(files(STARTED))).toEqual([]);
  });

  it('tells of the first step that failed', () => {
    const failed = files({ 'create.code': '1', 'create.err': LIMIT });
    expect(startErrors(failed)).toEqual(runcErrors(LIMIT));
  });

  it('speaks up for a step that said nothing', () => {
    expect(startErrors(files({ ...STARTED, 'start.code': '137' }))).toEqual([
      'runc start ended with exit code 137 and said nothing',
    ]);
  });

  it('notices a process that is gone, and one that never became the program', () => {
    const gone = files({ 'create.code': '0', 'start.code': '0' });
    expect(startErrors(gone)).toEqual(["the container's process was gone right after runc start"]);
    expect(startErrors(files({ ...STARTED, settled: 'runc:[2:INIT]' }))).toEqual([
      "the container's process is still runc:[2:INIT] long after runc start",
    ]);
  });
});

it('stepErrors of exec', () => {
  expect(stepErrors(files({ 'exec.code': '0', 'exec.err': 'warned' }), 'exec')).toEqual([]);
  expect(stepErrors(files({ 'exec.code': '255', 'exec.err': 'exec failed' }), 'exec')).toEqual([
    'exec failed',
  ]);
});

it('elapsed is in ms, exact beyond what a double can hold of ns', () => {
  expect(elapsed('1795436547709440693', '1795436547769824499')).toBe(60.38);
  expect(elapsed(undefined, '1')).toBeUndefined();
  expect(elapsed('', '1')).toBeUndefined();
  expect(elapsed('date: invalid', '1')).toBeUndefined();
  expect(elapsed('1', '{}')).toBeUndefined();
});
