/** A guest that every suite can be made ready on: programs answer as they should, and so does a runtime. */
import { serveWire, WELL, type WireServer } from './cri/wire.ts';
import { fakeMachine } from './support.ts';

const LIST =
  '<testsuites><testsuite><testcase name="[It] a test" status="passed"></testcase></testsuite></testsuites>';

function said(script: string): string {
  if (script.includes('layer.tar\n')) return `sha256:${'a'.repeat(64)}\nsize:10\nmachine:x86_64\n`;
  if (script.includes('kubelet --version')) return 'version:Kubernetes v1.20.2\ntotal:1000000\n';
  return script.includes('junit*.xml') ? LIST : '';
}

export async function goodGuest(): Promise<
  AsyncDisposable & { readonly machine: ReturnType<typeof fakeMachine>; readonly runtime: WireServer }
> {
  const runtime = await serveWire(['v1'], (method) => WELL[method] ?? Buffer.alloc(0));
  const machine = fakeMachine((script) => ({ stdout: said(script) }), runtime.socket);
  return { machine, runtime, [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose]() };
}
