import { Injectable, Logger } from '@nestjs/common';
import { hashPassword } from '../domain/password.js';
import { Users } from '../domain/users.js';

export const ADMINISTRATOR = 'admin';

/** Creates the first administrator. Once there is one, passwords from the environment change nothing any more. */
@Injectable()
export class EnsureAdministrator {
  private readonly logger = new Logger(EnsureAdministrator.name);

  constructor(private readonly users: Users) {}

  /** @param password the first password; undefined when nobody has chosen one. */
  async execute(password: string | undefined): Promise<void> {
    if (await this.users.hasAdministrator()) return;
    if (password === undefined) {
      this.logger.warn(
        'There is no administrator, and none was created. Set CODE_ROUTER_ADMIN_PASSWORD and restart to create ' +
          `"${ADMINISTRATOR}" with that password.`,
      );
      return;
    }
    const passwordHash = await hashPassword(password);
    const created = await this.users.create({ username: ADMINISTRATOR, passwordHash, role: 'root', email: null });
    if (created) this.logger.log(`The administrator "${ADMINISTRATOR}" was created.`);
  }
}
