import { CreateUsers1700000000001 } from './1700000000001-create-users.js';
import { CreateAccountsAndKeys1700000000002 } from './1700000000002-create-accounts-and-keys.js';
import { CreateReservationsAndLedger1700000000003 } from './1700000000003-create-reservations-and-ledger.js';
import { AddLimits1700000000101 } from './1700000000101-add-limits.js';
import { CreateIdentities1700000000201 } from './1700000000201-create-identities.js';
import { CreateMembers1700000000202 } from './1700000000202-create-members.js';
import { CreateTopUp1700000000203 } from './1700000000203-create-top-up.js';
import { CreateMemberBudgets1700000000301 } from './1700000000301-create-member-budgets.js';
import { AddLowerOutput1700000000304 } from './1700000000304-add-lower-output.js';
import { CreatePostedUsage1700000000401 } from './1700000000401-create-posted-usage.js';
import { CheckRowsCheaply1700000000503 } from './1700000000503-check-rows-cheaply.js';
import { InstallFunctions1700000000505 } from './1700000000505-install-functions.js';

/** In the order in which they run. One that was released is never changed: what is wrong with it is a new one. */
export const migrations = [
  CreateUsers1700000000001,
  CreateAccountsAndKeys1700000000002,
  CreateReservationsAndLedger1700000000003,
  AddLimits1700000000101,
  CreateIdentities1700000000201,
  CreateMembers1700000000202,
  CreateTopUp1700000000203,
  CreateMemberBudgets1700000000301,
  AddLowerOutput1700000000304,
  CreatePostedUsage1700000000401,
  CheckRowsCheaply1700000000503,
  InstallFunctions1700000000505,
];
