export * from './event-log/usage-event-history.js';
export * from './event-log/usage-dead-letters.js';
export * from './event-log/usage-event-log.js';
export * from './handlers.js';
export * from './messaging.module.js';
export * from './remote-error.js';
export * from './service-client.js';
