/** A capture (pcap, raw IP) of packets. */
export function capture(packets: Buffer[]): Buffer {
  const head = Buffer.alloc(24)
  head.writeUInt32LE(0xa1b2c3d4, 0)
  head.writeUInt16LE(2, 4)
  head.writeUInt16LE(4, 6)
  head.writeUInt32LE(65_535, 16)
  head.writeUInt32LE(101, 20)
  const records = packets.flatMap((packet, n) => {
    const record = Buffer.alloc(16)
    record.writeUInt32LE(1_700_000_000 + n, 0)
    record.writeUInt32LE(packet.length, 8)
    record.writeUInt32LE(packet.length, 12)
    return [record, packet]
  })
  return Buffer.concat([head, ...records])
}

/** A query for the address of a name, as it goes to a resolver. */
export function dnsQuery(name: string): Buffer {
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)])
  return Buffer.concat([
    Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    ...labels,
    Buffer.from([0, 0, 1, 0, 1]),
  ])
}

/** A datagram from 10.0.0.1 or fd00::1 to an address, without checksums. */
export function datagram(from: number, to: Buffer, port: number, payload: Buffer): Buffer {
  const udp = Buffer.alloc(8)
  udp.writeUInt16BE(from, 0)
  udp.writeUInt16BE(port, 2)
  udp.writeUInt16BE(8 + payload.length, 4)
  const content = Buffer.concat([udp, payload])
  const head = Buffer.alloc(to.length === 4 ? 20 : 40)
  if (to.length === 4) {
    head.set([0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, ...to])
    head.writeUInt16BE(20 + content.length, 2)
  } else {
    head.set([0x60, 0, 0, 0, 0, 0, 17, 64, 0xfd, ...Array(14).fill(0), 1, ...to])
    head.writeUInt16BE(content.length, 4)
  }
  return Buffer.concat([head, content])
}
