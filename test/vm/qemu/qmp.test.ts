import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { forwardedPort, Qmp } from '../../../vm/qemu/qmp.ts';
import { temporaryDir } from '../support.ts';

interface Request {
  readonly execute: string;
  readonly arguments: unknown;
  readonly id: number;
}

const GREETING = { QMP: { version: { qemu: { major: 7, minor: 2, micro: 22 } }, capabilities: [] } };
const { signal } = new AbortController();

/** A QEMU that greets, agrees on capabilities, and answers all else as told. */
async function fakeQemu(
  answer: (request: Request, socket: Socket, send: (message: unknown) => void) => void,
  path?: string,
): Promise<{ path: string; requests: Request[] }> {
  const at = path ?? join(await temporaryDir(), 'qmp');
  const requests: Request[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onTestFinished(() => {
      socket.destroy();
    });
    const send = (message: unknown) => socket.write(`${JSON.stringify(message)}\r\n`);
    send(GREETING);
    createInterface({ input: socket }).on('line', (line) => {
      const request: Request = JSON.parse(line);
      requests.push(request);
      if (request.execute === 'qmp_capabilities') send({ return: {}, id: request.id });
      else answer(request, socket, send);
    });
  });
  await new Promise<void>((resolve) => server.listen(at, resolve));
  onTestFinished(() => {
    server.close();
  });
  return { path: at, requests };
}

describe('Qmp', () => {
  it('negotiates, sends arguments, returns what QEMU returns', async () => {
    const { path, requests } = await fakeQemu(({ id }, _, send) =>
      send({ return: { status: 'running' }, id }),
    );
    using qmp = await Qmp.connect(path, signal);
    expect(await qmp.command('query-status', { a: 1 })).toEqual({ status: 'running' });
    expect(requests.map(({ execute }) => execute)).toEqual(['qmp_capabilities', 'query-status']);
    expect(requests[1]?.arguments).toEqual({ a: 1 });
  });

  it('leaves events aside, and answers that come in another order with their commands', async () => {
    const waiting: Request[] = [];
    const { path } = await fakeQemu((request, _, send) => {
      waiting.push(request);
      if (waiting.length < 2) return;
      send({ event: 'STOP', timestamp: { seconds: 1, microseconds: 2 } });
      for (const { id, execute } of waiting.reverse()) send({ return: execute, id });
    });
    using qmp = await Qmp.connect(path, signal);
    expect(await Promise.all([qmp.command('one'), qmp.command('two')])).toEqual(['one', 'two']);
  });

  it("an error is told in QEMU's own words, and the next command works", async () => {
    const { path } = await fakeQemu(({ id, execute }, _, send) =>
      send(
        execute === 'device_add'
          ? { error: { class: 'GenericError', desc: "Duplicate device ID 'x'" }, id }
          : { return: {}, id },
      ),
    );
    using qmp = await Qmp.connect(path, signal);
    await expect(qmp.command('device_add')).rejects.toMatchObject({
      name: 'MachineError',
      code: 'provider',
      message: "QEMU: Duplicate device ID 'x'",
    });
    expect(await qmp.command('cont')).toEqual({});
  });

  it('a QEMU that ends in the middle of an answer is lost, and stays so', async () => {
    const { path } = await fakeQemu((_, socket) => socket.end('{"return": {"sta'));
    using qmp = await Qmp.connect(path, signal);
    const lost = { code: 'lost', message: 'QEMU closed its control socket' };
    await expect(qmp.command('query-status')).rejects.toMatchObject(lost);
    await expect(qmp.command('query-status')).rejects.toMatchObject(lost);
  });

  it('waits until QEMU listens', async () => {
    const path = join(await temporaryDir(), 'qmp');
    const connecting = Qmp.connect(path, signal);
    await fakeQemu(() => undefined, path);
    using qmp = await connecting;
    expect(qmp).toBeInstanceOf(Qmp);
  });

  it('ends with the signal when QEMU never listens', async () => {
    const stop = new AbortController();
    const connecting = Qmp.connect(join(await temporaryDir(), 'qmp'), stop.signal);
    stop.abort(new Error('enough'));
    await expect(connecting).rejects.toThrow('enough');
  });

  it('ends with the signal when QEMU listens and says nothing', async () => {
    const path = join(await temporaryDir(), 'qmp');
    const stop = new AbortController();
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => stop.abort(new Error('enough')));
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => {
      server.close();
    });
    await expect(Qmp.connect(path, stop.signal)).rejects.toThrow('enough');
  });
});

describe('forwardedPort', () => {
  const usernet = `Hub -1 (net0):
  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ
  TCP[HOST_FORWARD]  12       127.0.0.1 40123       10.0.2.15    22     0     0
  TCP[HOST_FORWARD]  13       127.0.0.1 40124       10.0.2.15   222     0     0
  TCP[ESTABLISHED]   14       127.0.0.1 40125       10.0.2.15    80     0     0
`.replaceAll('\n', '\r\n');

  it.each([
    [22, 40123],
    [222, 40124],
    [80, undefined],
    [2, undefined],
  ])('port %d of the guest is %s here', (guest, host) => {
    expect(forwardedPort(usernet, guest)).toBe(host);
  });

  it('is undefined for text that is no table', () => {
    expect(forwardedPort('', 22)).toBeUndefined();
  });
});
