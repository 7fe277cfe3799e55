import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { locationOf } from '../../../scripts/artifact/git/location.ts';
import { UsageError } from '../../../scripts/lib/errors.ts';
import { temporaryDir } from '../support.ts';

describe('an address', () => {
  it.each([
    ['https://github.com/opencontainers/runc.git', 'runc'],
    ['https://me:secret@example.org:8443/a/runc', 'runc'],
    ['https://[::1]:8443/runc.git', 'runc'],
    ['ssh://git@example.org:22/a/runc.git', 'runc'],
    ['git://example.org/runc', 'runc'],
    ['file:///srv/git/runc.git', 'runc'],
    ['git@example.org:a/runc.git', 'runc'],
    ['example.org:runc.git', 'runc'],
    ['git@example.org:..', 'repository'],
  ])('%s is one', (text, name) => {
    expect(locationOf(text)).toMatchObject({ address: text, name, path: undefined });
  });

  it.each([
    ['', 'it is empty'],
    ['fd::5', '"fd::" names a program'],
    ['ext::sh -c "touch /tmp/x"', '"ext::" names a program'],
    ['::x', '"::" names a program'],
    ['https::https://example.org/x', '"https::" names a program'],
    ['-oProxyCommand=x', 'begins like an option'],
    ['--upload-pack=x', 'begins like an option'],
    ['http://example.org/x.git', 'http:// is not used'],
    ['ftp://example.org/x.git', 'ftp:// is not used'],
    ['EXT://x', 'EXT:// is not used'],
    ['git+ssh://example.org/x.git', 'git+ssh:// is not used'],
    ['ssh://-oProxyCommand=x/y', 'it names no host'],
    ['ssh://me@-oProxyCommand=x/y', 'it names no host'],
    ['https:///x', 'it names no host'],
    ['file://host/x', 'file:// takes an absolute path'],
    ['https://example.org/x\n--upload-pack=y', 'control characters'],
    ['-x@example.org:y', 'begins like an option'],
  ])('%j is none', (text, why) => {
    expect(() => locationOf(text)).toThrow(UsageError);
    expect(() => locationOf(text)).toThrow(why);
  });

  it('a host that looks like an option is taken for a folder, and there is none', () => {
    expect(() => locationOf('me@-oProxyCommand=x:y')).toThrow('there is no repository at');
  });
});

it('a folder may be called anything', async () => {
  const dir = await temporaryDir();
  for (const name of ['a:b', 'a::b', '-c']) await mkdir(join(dir, name));
  for (const name of ['a:b', 'a::b', '-c']) {
    expect(locationOf(join(dir, name))).toMatchObject({ path: join(dir, name) });
  }
});
