export * from './run-service.js';
export * from './service-health.js';
