import { EXPIRE_FUNCTION } from './expire.sql.js';
import { LIMIT_FUNCTIONS } from './limits.sql.js';
import { RESERVE_FUNCTION } from './reserve.sql.js';
import { SETTLE_FUNCTION } from './settle.sql.js';
import { STATEMENT_FUNCTION } from './statements.sql.js';

/** What quota decides within PostgreSQL, as it is now; `migrations/` installs it. */
export const FUNCTIONS = [LIMIT_FUNCTIONS, RESERVE_FUNCTION, SETTLE_FUNCTION, EXPIRE_FUNCTION, STATEMENT_FUNCTION];
