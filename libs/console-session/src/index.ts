export * from './console-request.js';
export * from './console-session.module.js';
export * from './console-sessions.js';
export * from './own-page.js';
export * from './refused-attempts.js';
export * from './session-cookie.js';
