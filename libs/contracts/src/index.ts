export * from './errors.js';
export * from './gateway.js';
export * from './message.js';
export * from './page.js';
export * from './pricing.js';
export * from './quota.js';
export * from './usage-event.js';
export * from './usage-log.js';
