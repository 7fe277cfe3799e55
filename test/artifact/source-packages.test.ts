import { describe, expect, it } from 'vitest';
import { DebSource } from '../../scripts/artifact/deb.ts';
import { DebSrcSource } from '../../scripts/artifact/deb-src.ts';
import { parseSources } from '../../scripts/artifact/source-packages.ts';
import { openCache, signal, temporaryDir } from './support.ts';

const RECORD = (version: string) => `Package: thing
Format: 3.0 (quilt)
Binary: thing, libthing
Version: ${version}
Checksums-Sha1:
 da39 2000 thing_${version}.dsc
Checksums-Sha256:
 aa11 2000 thing_${version}.dsc
 bb22 300000 thing_${version}.orig.tar.xz
 cc33 4000 thing_${version}.debian.tar.xz
Directory: pool/main/t/thing
`;

describe('a Sources index', () => {
  it('names the files of each version, with their sha256', () => {
    const [one, two, ...more] = parseSources(`${RECORD('1.0-1')}\n${RECORD('1.0-2')}\n\n`);
    expect(more).toEqual([]);
    expect(one).toEqual({
      name: 'thing',
      version: '1.0-1',
      files: [
        { name: 'thing_1.0-1.dsc', sha256: 'aa11', size: 2000 },
        { name: 'thing_1.0-1.orig.tar.xz', sha256: 'bb22', size: 300_000 },
        { name: 'thing_1.0-1.debian.tar.xz', sha256: 'cc33', size: 4000 },
      ],
    });
    expect(two?.version).toBe('1.0-2');
  });

  it('may have nothing', () => expect(parseSources('\n')).toEqual([]));
});

describe('deb-src:', () => {
  const open = async () => {
    const { cache } = openCache(await temporaryDir());
    return new DebSrcSource(cache, new DebSource(cache));
  };

  it('says which components it has no recipe for', async () => {
    const asked = (await open()).resolve({ component: 'runc', place: 'bookworm' }, signal);
    await expect(asked).rejects.toMatchObject({
      code: 'not-found',
      message: "runc can't be built from a source package of Debian's",
      hint: 'kubelet and e2eNode can; for runc, name deb:<suite> or git:<revision>',
    });
  });

  it('has no versions of them either', async () => {
    const query = { component: 'runc', place: 'bookworm', version: '1.1.5' };
    expect(await (await open()).resolve(query, signal)).toBeUndefined();
  });
});
