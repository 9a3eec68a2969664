import { describeAccounts } from './administration/accounts.js';
import { describeChannels, describeSecrets } from './administration/channels.js';
import { describeGroups } from './administration/groups.js';
import { describeInput } from './administration/input.js';
import { describeLists } from './administration/lists.js';
import { describePrices } from './administration/prices.js';
import { describeUsage } from './administration/usage.js';
import { setAdministrationStage } from './administration/administration-stage.js';

const stage = setAdministrationStage();

describeChannels(stage);
describePrices(stage);
describeGroups(stage);
describeAccounts(stage);
describeUsage(stage);
describeInput(stage);
describeLists(stage);
describeSecrets(stage);
