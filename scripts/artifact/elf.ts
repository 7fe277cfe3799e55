/** What kind of program a file is, from its first bytes. */
import { open } from 'node:fs/promises';

/** `elf(5)`: e_ident[EI_CLASS] = ELFCLASS64, e_machine = EM_X86_64, both little-endian. */
const CLASS = { at: 4, elf64: 2 };
const MACHINE = { at: 18, x86_64: 62 };

/** Why a machine could not run this file; undefined when it is an x86-64 program or a script. */
export async function programFlaw(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0);
    if (buffer.toString('latin1', 0, 2) === '#!') return undefined;
    if (bytesRead < 20 || buffer.toString('latin1', 0, 4) !== '\x7fELF') return 'is not a program';
    const fits = buffer[CLASS.at] === CLASS.elf64 && buffer.readUInt16LE(MACHINE.at) === MACHINE.x86_64;
    return fits ? undefined : 'is a program for another architecture; machines are x86-64';
  } finally {
    await file.close();
  }
}
