import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const json = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(body))
}

/** Answers one request, or does not. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** What a service can do wrong, by name. */
export const FAULTS: Record<string, Answer> = {
  'an empty answer': (_, response) => void response.writeHead(200).end(),
  'an empty object': (_, response) => json(response, 200, {}),
  'truncated JSON': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end('{"data":[{"id":"14396')
  },
  'a body cut off': (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"data":[')
    setTimeout(() => request.socket.destroy(), 5)
  },
  'HTML instead of data': (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end('<!doctype html><html><title>Sorry</title></html>')
  },
  401: (_, response) => json(response, 401, { message: 'Bad credentials', title: 'Unauthorized' }),
  403: (_, response) => json(response, 403, { message: 'Forbidden', title: 'Forbidden' }),
  404: (_, response) => json(response, 404, { message: 'Not Found', title: 'Not Found' }),
  410: (_, response) => json(response, 410, { message: 'Gone', title: 'Gone' }),
  '429 with a reset in an hour': (_, response) =>
    json(response, 429, { message: 'slow down', title: 'Too Many Requests' }, limited(3_600)),
  '429 without a reset': (_, response) =>
    json(response, 429, { message: 'slow down', title: 'Too Many Requests' }),
  '429 with a reset that is no number': (_, response) =>
    json(response, 429, { title: 'Too Many Requests' }, { ...limited(0), 'x-rate-limit-reset': 'soon' }),
  500: (_, response) => json(response, 500, { message: 'oops' }),
  503: (_, response) => json(response, 503, { message: 'maintenance' }),
  'no answer': () => {},
  'a connection reset': (request) => void request.socket.destroy(),
  'a slow drip': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const drip = setInterval(() => response.write(' '), 50)
    response.on('close', () => clearInterval(drip))
  },
  'a redirect loop': (request, response) => {
    response.writeHead(302, { location: request.url ?? '/' })
    response.end()
  },
  'a body without end': (_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' })
    const chunk = Buffer.alloc(1_048_576, 'a')
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', pour)
    pour()
  },
  'a required field of another type': (_, response) =>
    json(response, 200, { data: [{ id: 7, text: null }], meta: {} }),
}

/** What goes wrong now and then and is over in a moment: no such answer says anything of what was asked for. */
export const PASSING: Answer[] = [
  'HTML instead of data',
  'a body cut off',
  'a connection reset',
  'an empty object',
  'a required field of another type',
  '429 with a reset in an hour',
  '401',
  '403',
  '500',
  '503',
].map((name) => FAULTS[name]!)

const limited = (seconds: number) => ({
  'x-rate-limit-limit': '1',
  'x-rate-limit-remaining': '0',
  'x-rate-limit-reset': String(Math.floor(Date.now() / 1000) + seconds),
})

export interface Faulty {
  url: string
  /** What answers from now on. */
  serve: (handler: Answer) => void
  close: () => Promise<void>
}

/** A server on loopback that answers as it is told to. */
export async function faultyServer(): Promise<Faulty> {
  let handler = FAULTS[500]!
  const server = createServer((request, response) => handler(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (next) => {
      handler = next
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
