/**
 * Container images without a registry: an OCI image layout made here around one layer made in the guest.
 * The same layer gives the same bytes.
 */
import { createHash } from 'node:crypto';

export interface ImageDefinition {
  /** Full reference, as the runtime will be asked for it. */
  readonly ref: string;
  readonly command: readonly string[];
  /** `uid`, root when empty. */
  readonly user: string;
}

/** An uncompressed layer tar. */
export interface LayerBlob {
  /** Hex. */
  readonly sha256: string;
  readonly size: number;
  /** As Go names it. */
  readonly architecture: string;
}

/** The sandbox's: stands still as an unprivileged user, as the real pause does. */
export const PAUSE: ImageDefinition = {
  ref: 'registry.k8s.io/pause:3.9',
  command: ['/bin/sleep', 'infinity'],
  user: '65535',
};

/** What Kubernetes' node e2e tests run their containers from. */
export const BUSYBOX: ImageDefinition = {
  ref: 'registry.k8s.io/e2e-test-images/busybox:1.29-4',
  command: ['/bin/sh'],
  user: '',
};

const MEDIA = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
};

/** Go's name of an architecture, from `uname -m`. */
export function goArchitecture(machine: string): string {
  const names: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };
  return names[machine] ?? machine;
}

/** The files of the layout but for the layer itself, which belongs at `blobs/sha256/<its digest>`. Path -> text. */
export function imageLayout(layer: LayerBlob, images: readonly ImageDefinition[]): Map<string, string> {
  const files = new Map<string, string>();
  const platform = { architecture: layer.architecture, os: 'linux' };
  const blob = (mediaType: string, content: object) => {
    const text = JSON.stringify(content);
    const sha256 = createHash('sha256').update(text).digest('hex');
    files.set(`blobs/sha256/${sha256}`, text);
    return { mediaType, digest: `sha256:${sha256}`, size: Buffer.byteLength(text) };
  };
  const manifests = images.map((image) => {
    const config = blob(MEDIA.config, {
      created: '1970-01-01T00:00:00Z',
      ...platform,
      config: {
        ...(image.user === '' ? {} : { User: image.user }),
        Env: ['PATH=/bin'],
        Entrypoint: image.command,
      },
      rootfs: { type: 'layers', diff_ids: [`sha256:${layer.sha256}`] },
    });
    const manifest = blob(MEDIA.manifest, {
      schemaVersion: 2,
      mediaType: MEDIA.manifest,
      config,
      layers: [{ mediaType: MEDIA.layer, digest: `sha256:${layer.sha256}`, size: layer.size }],
    });
    // The name under which `ctr images import` files it.
    return { ...manifest, platform, annotations: { 'io.containerd.image.name': image.ref } };
  });
  files.set('oci-layout', JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  files.set('index.json', JSON.stringify({ schemaVersion: 2, mediaType: MEDIA.index, manifests }));
  return files;
}
