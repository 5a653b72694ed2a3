import type { ConsumerFormat } from '../model/consumer.js'
import { adguardHome } from './dns/adguard-home.js'
import { dnsmasq } from './dns/dnsmasq.js'
import { hosts } from './dns/hosts.js'
import { piHole } from './dns/pi-hole.js'
import { rpz } from './dns/rpz.js'
import { unbound } from './dns/unbound.js'
import { checkPoint } from './firewall/check-point.js'
import { cisco } from './firewall/cisco.js'
import { fortigate } from './firewall/fortigate.js'
import { ipset } from './firewall/ipset.js'
import { mikrotik } from './firewall/mikrotik.js'
import { nftables } from './firewall/nftables.js'
import { panOs } from './firewall/pan-os.js'
import { pf } from './firewall/pf.js'
import { squid } from './ids/squid.js'
import { suricataDatasets } from './ids/suricata-datasets.js'
import { suricataIprep } from './ids/suricata-iprep.js'
import { suricataRules } from './ids/suricata-rules.js'
import { zeek } from './ids/zeek.js'
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
  ...hosts,
  ...rpz,
  ...dnsmasq,
  ...unbound,
  ...piHole,
  ...adguardHome,
  ...suricataRules,
  ...suricataDatasets,
  ...suricataIprep,
  ...zeek,
  ...squid,
]
