import { ProxyAgent, fetch as proxied, type RequestInit } from 'undici'
import { FeedError } from '../errors.js'

/**
 * The proxy by which an address is reached, as curl and most programs take it from the environment: `HTTPS_PROXY` or
 * `HTTP_PROXY`, else `ALL_PROXY`, in either case; not for the hosts of `NO_PROXY`, by name or by what a name ends in.
 * @returns its address, or null
 * @throws {FeedError} `config` for what is no address of a proxy
 */
export function proxyFor(url: string, env: (name: string) => string | undefined): string | null {
  const { protocol, hostname, host } = new URL(url)
  const either = (name: string) => env(name.toLowerCase()) ?? env(name.toUpperCase())
  const proxy = either(`${protocol.slice(0, -1)}_proxy`) ?? either('all_proxy')
  if (!proxy) return null
  const isExcept = (either('no_proxy') ?? '')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map((entry) => entry.replace(/^\*?\./, ''))
    .some((entry) => entry === '*' || entry === host || entry === hostname || hostname.endsWith(`.${entry}`))
  if (isExcept) return null
  const address = proxy.includes('://') ? proxy : `http://${proxy}`
  // Without its value: it may hold a password.
  if (!URL.canParse(address) || !/^https?:/.test(address))
    throw new FeedError(
      'config',
      'the proxy of the environment is no http(s) address; correct HTTPS_PROXY or ALL_PROXY',
    )
  return address
}

/**
 * `fetch` for what lies below an address: by the proxy of the environment where there is one for it.
 * @throws {FeedError} `config` for what is no address of a proxy
 */
export function fetchFor(url: string, env: (name: string) => string | undefined): typeof fetch {
  const proxy = proxyFor(url, env)
  if (proxy === null) return fetch
  const dispatcher = new ProxyAgent(proxy)
  // Node's own types of `fetch` are those of another version of undici.
  return ((input: string, init: RequestInit) =>
    proxied(input, { ...init, dispatcher })) as unknown as typeof fetch
}
