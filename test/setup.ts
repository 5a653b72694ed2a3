import nock from 'nock'
import { afterAll, afterEach } from 'vitest'

// The network is closed: a request without a mock fails, and a mock without a request fails too.
nock.disableNetConnect()

afterEach(() => {
  const unused = nock.pendingMocks()
  nock.cleanAll()
  if (unused.length > 0) throw new Error(`mocks that nothing asked for: ${unused.join(', ')}`)
})

afterAll(() => nock.restore())
