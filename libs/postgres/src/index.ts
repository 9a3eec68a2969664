export * from './postgres.module.js';
