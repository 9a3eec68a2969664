export { ConnectionForgotten, connectionSettings, type ConnectionNeeds } from './connections.js';
export * from './embedded/embedded-postgres.js';
export * from './embedded/embedded-postgres-error.js';
export { findPostmaster, stopPostmaster } from './embedded/postmaster.js';
export * from './operator-database.js';
export * from './postgres.module.js';
export * from './prepared-statement.js';
