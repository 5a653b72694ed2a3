import type { Indicator, Resolution } from '../model/snapshot.js'
import { byText } from './order.js'

/** Indicators that one bundle holds; at 4 kB each an importer can still take it. */
const MOST = 20_000

/** What one bundle is about. */
export interface Part {
  /** `YYYY-MM` of the first report; null: it is all there is. */
  month: string | null
  indicators: Indicator[]
  /** Of the names among them. */
  resolutions: Resolution[]
}

/** All in one part, or, where that is too much, one for each month of first report, oldest first. */
export function partsOf(indicators: Indicator[], resolutions: Resolution[], most = MOST): Part[] {
  if (indicators.length <= most) return [{ month: null, indicators, resolutions }]
  const months = new Map<string, Part>()
  const partOf = new Map<string, Part>()
  for (const indicator of indicators) {
    const month = indicator.firstReported.slice(0, 7)
    const part = months.get(month) ?? { month, indicators: [], resolutions: [] }
    months.set(month, part)
    part.indicators.push(indicator)
    if (indicator.type === 'domain-name') partOf.set(indicator.value, part)
  }
  for (const resolution of resolutions) partOf.get(resolution.domain)!.resolutions.push(resolution)
  return [...months.values()].sort((a, b) => byText(a.month!, b.month!))
}

/** What the bundles are about, by profile: all that is published, or what is active, with the pairs within it. */
export const PROFILES = {
  feed: (all: Published) => all,
  active: activeOf,
  misp: activeOf,
} satisfies Record<string, (all: Published) => Published>
export type ProfileName = keyof typeof PROFILES

export interface Published {
  indicators: Indicator[]
  resolutions: Resolution[]
}

function activeOf({ indicators, resolutions }: Published): Published {
  const active = indicators.filter(({ status }) => status === 'active')
  const values = new Set(active.map(({ value }) => value))
  return {
    indicators: active,
    resolutions: resolutions.filter(({ domain, ip }) => values.has(domain) && values.has(ip)),
  }
}

/** What the report of a bundle is known by. */
export const reportName = (profile: ProfileName, month: string | null): string =>
  month === null ? profile : `${profile} ${month}`

/** The parts of one profile, each with the name of its report. */
export const reportsOf = (
  profile: ProfileName,
  all: Published,
  most?: number,
): (Part & { report: string })[] => {
  const { indicators, resolutions } = PROFILES[profile](all)
  return partsOf(indicators, resolutions, most).map((part) => ({
    ...part,
    report: reportName(profile, part.month),
  }))
}
