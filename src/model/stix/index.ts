export { Bundle } from './bundle.js'
export { OPENCTI_EXTENSION } from './common.js'
export * from './objects.js'
