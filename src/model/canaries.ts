import { z } from 'zod'

/** Values by which it shows at every publication that the guards hold, and that they hold back no more than they should. */
export const Canaries = z.strictObject({
  /** Names and addresses of the campaign: no guard may keep them out. */
  survive: z.array(z.string().min(1)),
  /** Names and addresses that must never be published, whoever reports them. */
  never: z.array(z.string().min(1)),
})
export type Canaries = z.infer<typeof Canaries>
