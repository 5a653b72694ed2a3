import type { ConsumerFormat } from '../model/consumer.js'
import { adguardHome } from './dns/adguard-home.js'
import { dnsmasq } from './dns/dnsmasq.js'
import { hosts } from './dns/hosts.js'
import { piHole } from './dns/pi-hole.js'
import { rpz } from './dns/rpz.js'
import { unbound } from './dns/unbound.js'
import { panOs } from './firewall/pan-os.js'
import { squid } from './ids/squid.js'
import { suricataDatasets } from './ids/suricata-datasets.js'
import { suricataIprep } from './ids/suricata-iprep.js'
import { suricataRules } from './ids/suricata-rules.js'
import { zeek } from './ids/zeek.js'

/** Every consumer's format. One line adds one. */
export const consumers: ConsumerFormat[] = [
  ...panOs,
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
