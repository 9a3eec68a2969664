import { Get, HttpStatus, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IdentityMessages, type IdentityLogin } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import {
  ConsoleApi,
  LoginDocumentation,
  MayBeNotFound,
  MayConflict,
  SignedInDocumentation,
} from '../../console-api.js';
import { MayBeAbsent } from '../../input/rules.js';
import { traceOf } from '../client-trace.js';
import { SessionGuard } from '../session.guard.js';
import type { SignedIn } from '../signed-in.js';
import { Caller } from '../signed-in.js';
import { LOGIN_MS, Oidc } from './oidc.js';

const COOKIE = 'code_router_oidc';
const COOKIE_PATH = '/api/auth/oidc';

export class OidcLoginDto {
  /** A path of this site to go to with the session in its fragment, `#session=…`; absent: the session is the answer. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(500)
  // One slash, and then none of either kind: browsers take `//host` and `/\host` for another site.
  @Matches(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, { message: '$property must be a path of this site' })
  readonly returnTo?: string;
}

export class OidcBegunDto {
  /** Where the browser is to go. */
  readonly url!: string;
}

@ConsoleApi('auth/oidc', 'Sessions')
export class OidcController {
  constructor(
    private readonly client: ServiceClient,
    private readonly oidc: Oidc,
  ) {}

  /** Sends a browser to the identity provider. */
  @Get('login')
  @MayBeNotFound()
  @ApiResponse({ status: HttpStatus.FOUND, description: 'To the identity provider.' })
  async login(@Query() { returnTo }: OidcLoginDto, @Res() reply: FastifyReply): Promise<void> {
    const { url, sealed } = await this.oidc.begin(returnTo === undefined ? {} : { returnTo });
    await reply.header('set-cookie', this.cookie(sealed)).redirect(url, HttpStatus.FOUND);
  }

  /** Begins to link an identity to whoever is signed in: from then on they may sign in with it. */
  @Post('link')
  @UseGuards(SessionGuard)
  @SignedInDocumentation()
  @MayBeNotFound()
  async link(@Caller() { user }: SignedIn, @Res({ passthrough: true }) reply: FastifyReply): Promise<OidcBegunDto> {
    const { url, sealed } = await this.oidc.begin({ linkUserId: user.id });
    void reply.header('set-cookie', this.cookie(sealed));
    return { url };
  }

  /** Where the identity provider sends the browser back to. */
  @Get('callback')
  @LoginDocumentation()
  @MayBeNotFound()
  @MayConflict()
  @ApiResponse({ status: HttpStatus.OK, description: 'The session, or that the identity was linked.' })
  async callback(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    // The code in the address must not leak to pages that are opened from here.
    void reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    void reply.header('set-cookie', this.cookie('', 0));
    const { underWay, person } = await this.oidc.finish(cookieOf(request), queryOf(request));
    const { issuer, subject } = person;
    if (underWay.linkUserId !== undefined) {
      const linked = { userId: underWay.linkUserId, issuer, subject };
      await reply.send(await this.client.request(IdentityMessages.linkIdentity, linked));
      return;
    }
    const login: IdentityLogin = { ...person, mayCreate: this.oidc.mayCreate, ...traceOf(request) };
    const session = await this.client.request(IdentityMessages.logInWithIdentity, login);
    if (underWay.returnTo === undefined) {
      await reply.send(session);
      return;
    }
    // A fragment is not sent to any server, so the token is in no log.
    await reply.redirect(`${underWay.returnTo}#session=${session.token}`, HttpStatus.SEE_OTHER);
  }

  /** Sent back by the browser on the way from the provider, which is another site: so Lax, and never to any other path. */
  private cookie(value: string, maxAgeS = LOGIN_MS / 1_000): string {
    const secure = this.oidc.isSecure ? '; Secure' : '';
    return `${COOKIE}=${value}; Path=${COOKIE_PATH}; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${secure}`;
  }
}

function cookieOf(request: FastifyRequest): string | undefined {
  const cookies = (request.headers.cookie ?? '').split(/; */).map((pair) => pair.split('='));
  return cookies.find(([name]) => name === COOKIE)?.[1];
}

function queryOf(request: FastifyRequest): string {
  const start = request.url.indexOf('?');
  return start === -1 ? '' : request.url.slice(start);
}
