import { CreateUsers1700000000001 } from './1700000000001-create-users.js';
import { CreateAccountsAndKeys1700000000002 } from './1700000000002-create-accounts-and-keys.js';
import { CreateReservationsAndLedger1700000000003 } from './1700000000003-create-reservations-and-ledger.js';
import { CreateReserve1700000000004 } from './1700000000004-create-reserve.js';
import { CreateSettle1700000000005 } from './1700000000005-create-settle.js';
import { CreateExpire1700000000006 } from './1700000000006-create-expire.js';
import { AddLimits1700000000101 } from './1700000000101-add-limits.js';
import { CreateLimitFunctions1700000000102 } from './1700000000102-create-limit-functions.js';
import { ReserveWithinLimits1700000000103 } from './1700000000103-reserve-within-limits.js';
import { SettleOrphans1700000000104 } from './1700000000104-settle-orphans.js';
import { CreateStatements1700000000105 } from './1700000000105-create-statements.js';
import { CreateIdentities1700000000201 } from './1700000000201-create-identities.js';
import { CreateMembers1700000000202 } from './1700000000202-create-members.js';
import { CreateTopUp1700000000203 } from './1700000000203-create-top-up.js';
import { CreateMemberBudgets1700000000301 } from './1700000000301-create-member-budgets.js';
import { ReserveWithinMemberBudgets1700000000302 } from './1700000000302-reserve-within-member-budgets.js';
import { SettleMemberBudgets1700000000303 } from './1700000000303-settle-member-budgets.js';
import { AddLowerOutput1700000000304 } from './1700000000304-add-lower-output.js';
import { CreatePostedUsage1700000000401 } from './1700000000401-create-posted-usage.js';
import { KeepEventsAsTheySettle1700000000402 } from './1700000000402-keep-events-as-they-settle.js';

/** In the order in which they run. One that was released is never changed: what is wrong with it is a new one. */
export const migrations = [
  CreateUsers1700000000001,
  CreateAccountsAndKeys1700000000002,
  CreateReservationsAndLedger1700000000003,
  CreateReserve1700000000004,
  CreateSettle1700000000005,
  CreateExpire1700000000006,
  AddLimits1700000000101,
  CreateLimitFunctions1700000000102,
  ReserveWithinLimits1700000000103,
  SettleOrphans1700000000104,
  CreateStatements1700000000105,
  CreateIdentities1700000000201,
  CreateMembers1700000000202,
  CreateTopUp1700000000203,
  CreateMemberBudgets1700000000301,
  ReserveWithinMemberBudgets1700000000302,
  SettleMemberBudgets1700000000303,
  AddLowerOutput1700000000304,
  CreatePostedUsage1700000000401,
  KeepEventsAsTheySettle1700000000402,
];
