import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BUSYBOX, goArchitecture, imageLayout, PAUSE } from '../../../scripts/suites/cri/image.ts';

const LAYER = { sha256: 'a'.repeat(64), size: 2_000_000, architecture: 'amd64' };

interface Descriptor {
  digest: string;
  size: number;
  annotations?: Record<string, string>;
}

/** Follows a descriptor: the blob must be there, as long and with the digest that it says. */
function follow(files: ReadonlyMap<string, string>, { digest, size }: Descriptor) {
  const text = files.get(`blobs/sha256/${digest.replace('sha256:', '')}`) ?? '';
  expect(`sha256:${createHash('sha256').update(text).digest('hex')}`).toBe(digest);
  expect(Buffer.byteLength(text)).toBe(size);
  return JSON.parse(text);
}

describe('imageLayout', () => {
  const files = imageLayout(LAYER, [PAUSE, BUSYBOX]);
  const index = JSON.parse(files.get('index.json') ?? '');

  it('names both images as the tests do', () => {
    const names = index.manifests.map((m: Descriptor) => m.annotations?.['io.containerd.image.name']);
    expect(names).toEqual(['registry.k8s.io/pause:3.9', 'registry.k8s.io/e2e-test-images/busybox:1.29-4']);
    expect(files.get('oci-layout')).toBe('{"imageLayoutVersion":"1.0.0"}');
  });

  it('leads from the index to configurations around the one layer', () => {
    const images = index.manifests.map((descriptor: Descriptor) => {
      const manifest = follow(files, descriptor);
      expect(manifest.layers).toEqual([
        {
          mediaType: 'application/vnd.oci.image.layer.v1.tar',
          digest: `sha256:${LAYER.sha256}`,
          size: 2_000_000,
        },
      ]);
      const config = follow(files, manifest.config);
      expect(config.rootfs.diff_ids).toEqual([`sha256:${LAYER.sha256}`]);
      expect(config).toMatchObject({ architecture: 'amd64', os: 'linux' });
      return config.config;
    });
    expect(images).toEqual([
      { User: '65535', Env: ['PATH=/bin'], Entrypoint: ['/bin/sleep', 'infinity'] },
      { Env: ['PATH=/bin'], Entrypoint: ['/bin/sh'] },
    ]);
  });

  it('gives the same bytes for the same layer', () => {
    expect([...imageLayout(LAYER, [PAUSE, BUSYBOX])]).toEqual([...files]);
  });
});

it.each([
  ['x86_64', 'amd64'],
  ['aarch64', 'arm64'],
  ['riscv64', 'riscv64'],
])('%s is %s in Go', (machine, expected) => {
  expect(goArchitecture(machine)).toBe(expected);
});
