/** What may stand between a name and an address, on one line, that says the name is on the address. */

/** A port and a path, then an arrow, a bracket, a word that joins them, and what the address is called. */
const JOINT =
  /^(?::\d{1,5})?(?:\/\S{0,20})?[\s\p{P}\p{S}]{0,5}(?:(?:の|의)\s?IP(?:アドレス|\s?주소)?|(?:的|之)\s?(?:IP|地址|位址)(?:地址|位址)?|は|는|은|为|為|[-=]+>|→|⇒|\(|（|\||(?:\d{1,7}\s+)?IN\s+A{1,4}|A{1,4}[\s-]?(?:records?|レコード|레코드|记录|記錄)|resolv(?:e[sd]?|ing)\s+to|point(?:s|ed|ing)?\s+(?:to|at)|解析(?:到|至|为|為)|指向|(?:is\s+)?(?:hosted\s+)?(?:on|at))[\s\p{P}\p{S}]{0,3}(?:IP(?:\s?address|アドレス|\s?주소|地址|位址)?\s*(?:[:：=]|は|는|은|为|為|是)?\s*)?(?:は|는|은|为|為|是)?[\s\p{P}\p{S}]{0,2}$/iu
const JOINT_BACK = /^(?::\d{1,5})?[\s\p{P}\p{S}]{0,3}(?:<[-=]*|←|⇐|\()[\s\p{P}\p{S}]{0,3}$/u
/** `address → name`, where a line begins so. */
const ARROW = /^(?::\d{1,5})?\s*(?:[-=]+>|→|⇒)\s*$/

/** What stands further apart is not joined. */
export const LONGEST_JOINT = 40

/** `name → address` */
export const joinsAddress = (between: string): boolean => JOINT.test(between)

/** `address ← name` */
export const joinsName = (between: string): boolean => JOINT_BACK.test(between)

/** `address → name`, if a line begins so. */
export const isArrow = (between: string): boolean => ARROW.test(between)
