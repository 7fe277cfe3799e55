/** An engine that answers as it is told to, at a socket of its own. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryDir } from '../support.ts';

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
}

export interface StandIn {
  readonly socket: string;
  /** `POST /containers/create`, …: what it was asked, ids left out. */
  readonly asked: readonly string[];
}

export const ID = 'ac9ece4f79cc2ccab35530acc5bd75ef626e89c5dd2cbbad22d0f67d30bfb0bb';
const INFO = {
  OSType: 'linux',
  Architecture: 'x86_64',
  KernelVersion: '6.1.0',
  CgroupVersion: '2',
  SecurityOptions: [],
  MemoryLimit: true,
  NCPU: 2,
  MemTotal: 2 ** 31,
};

/** `answers`: for `<method> <path>`, with `ID` for an id; others are what an engine in order says. */
export async function standIn(answers: Readonly<Record<string, Answer>> = {}): Promise<StandIn> {
  const socket = join(await temporaryDir(), 's');
  const asked: string[] = [];
  const usual: Readonly<Record<string, Answer>> = {
    'GET /info': { body: INFO },
    'GET /version': { body: { Version: '20.10.24', ApiVersion: '1.41', Components: [{ Name: 'Engine' }] } },
    'GET /images/IMAGE/json': { body: { Id: 'sha256:1' } },
    'POST /containers/create': { status: 201, body: { Id: ID, Warnings: [] } },
    'POST /containers/ID/attach': { body: 'a console' },
    'POST /containers/ID/start': { status: 204 },
    'DELETE /containers/ID': { status: 204 },
    'GET /containers/json': { body: [] },
  };
  const server = createServer((request, response) => {
    const what = nameOf(request);
    asked.push(what);
    request.resume();
    request.once('end', () => {
      const { status = 200, body } = answers[what] ?? usual[what] ?? { status: 404, body: { message: what } };
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(body === undefined ? undefined : `${JSON.stringify(body)}\n`);
    });
  });
  server.listen(socket);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { socket, asked };
}

function nameOf({ method, url = '' }: IncomingMessage): string {
  const path = url.replace(/\?.*$/, '').replace(/repro-machine(?::|%3A)\w+/, 'IMAGE');
  return `${method} ${path.replaceAll(ID, 'ID')}`;
}
