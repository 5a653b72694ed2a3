import type { ConsumerFormat } from '../model/consumer.js'
import { panOs } from './firewall/pan-os.js'

/** Every consumer's format. One line adds one. */
export const consumers: ConsumerFormat[] = [...panOs]
