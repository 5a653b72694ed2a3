import type { ConsumerFormat } from '../model/consumer.js'
import { checkPoint } from './firewall/check-point.js'
import { cisco } from './firewall/cisco.js'
import { fortigate } from './firewall/fortigate.js'
import { ipset } from './firewall/ipset.js'
import { mikrotik } from './firewall/mikrotik.js'
import { nftables } from './firewall/nftables.js'
import { panOs } from './firewall/pan-os.js'
import { pf } from './firewall/pf.js'
import { defender } from './siem/defender.js'
import { sentinel } from './siem/sentinel.js'
import { sigma } from './siem/sigma.js'
import { splunk } from './siem/splunk.js'

/** Every consumer's format. One line adds one. */
export const consumers: ConsumerFormat[] = [
  ...panOs,
  ...fortigate,
  ...cisco,
  ...checkPoint,
  ...pf,
  ...mikrotik,
  ...nftables,
  ...ipset,
  ...splunk,
  ...defender,
  ...sentinel,
  ...sigma,
]
