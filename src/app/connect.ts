import { connect } from 'node:net'
import { proxyFor } from '../collectors/proxy.js'

const CONNECT_MS = 5_000

/** Tries a connection, to the proxy where there is one, and gives it up at once: why it failed, or null. */
export function connectionError(
  url: string,
  env: (name: string) => string | undefined,
): Promise<string | null> {
  const { hostname: host, port, protocol } = new URL(proxyFor(url, env) ?? url)
  return new Promise((resolve) => {
    const socket = connect({
      host: host.replace(/^\[|\]$/g, ''),
      port: Number(port) || (protocol === 'http:' ? 80 : 443),
    })
    const end = (answer: string | null) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(CONNECT_MS, () => end('no answer'))
    socket.once('connect', () => end(null))
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
  })
}
