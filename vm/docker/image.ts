/** The userland of machines as an image of an engine: imported from the guests' own, nothing is pulled. */
import type { Image } from '../../scripts/artifact/types.ts';
import { orAborted } from '../../scripts/lib/exec.ts';
import type { Engine } from './engine.ts';
import { tarOf } from './tar.ts';

const REPOSITORY = 'repro-machine';
/** Digits of its digest that tell a userland apart. */
const DIGITS = 16;

/** Its name in the engine: the same bytes have the same. */
export const imageName = ({ layer }: Image): string => `${REPOSITORY}:${layer.sha256.slice(0, DIGITS)}`;

/** Imports it where the engine doesn't have it. Returns its name. Throws MachineError. */
export async function ensureImage(engine: Engine, image: Image, signal: AbortSignal): Promise<string> {
  const name = imageName(image);
  if (await engine.hasImage(name)) return name;
  const [repository = '', tag = ''] = name.split(':');
  using tar = tarOf(image.layer.file);
  const id = await orAborted(engine.importImage(tar.stream), signal);
  try {
    // It has its name once all of it has come: half a userland would be taken for a whole one.
    await tar.done;
    await engine.nameImage(id, repository, tag);
  } catch (error) {
    await engine.removeImage(id).catch(() => undefined);
    throw error;
  }
  return name;
}
