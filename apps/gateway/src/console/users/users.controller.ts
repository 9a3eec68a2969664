import { Body, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ConsoleSessions } from '@code-router/console-session';
import { IdentityMessages } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import type { SignedIn } from '../auth/signed-in.js';
import { Caller } from '../auth/signed-in.js';
import { AdminApi, MayBeNotFound, MayConflict } from '../console-api.js';
import { SearchQueryDto } from '../input/page.dto.js';
import { CreateUserDto, UpdateUserDto, UserDto, UserIdDto, UserPageDto } from './user.dto.js';

@AdminApi('users', 'Users')
export class UsersController {
  constructor(
    private readonly client: ServiceClient,
    private readonly sessions: ConsoleSessions,
  ) {}

  /** Enters a user, with a personal account. */
  @Post()
  @MayConflict()
  create(@Body() input: CreateUserDto, @Caller() { user }: SignedIn): Promise<UserDto> {
    return this.client.request(IdentityMessages.createUser, { ...input, actorId: user.id });
  }

  /** Lists the users, or those whose name or address holds a text. */
  @Get()
  list(@Query() page: SearchQueryDto): Promise<UserPageDto> {
    return this.client.request(IdentityMessages.listUsers, page);
  }

  /** Reads a user. */
  @Get(':id')
  @MayBeNotFound()
  get(@Param() { id }: UserIdDto): Promise<UserDto> {
    return this.client.request(IdentityMessages.getUser, { id });
  }

  /** Disables or enables a user, or changes their role. */
  @Patch(':id')
  @MayBeNotFound()
  async update(
    @Param() { id }: UserIdDto,
    @Body() input: UpdateUserDto,
    @Caller() { user: actor }: SignedIn,
  ): Promise<UserDto> {
    const user = await this.client.request(IdentityMessages.updateUser, { ...input, id, actorId: actor.id });
    this.sessions.forgetUser(id);
    return user;
  }
}
