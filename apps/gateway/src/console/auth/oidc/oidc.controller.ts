import { Body, Get, HttpStatus, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, IdentityMessages, type IdentityLogin } from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import {
  ConsoleApi,
  LoginDocumentation,
  MayBeNotFound,
  MayConflict,
  SignedInDocumentation,
} from '../../console-api.js';
import { MayBeAbsent } from '../../input/rules.js';
import { BrowserSessions } from '../browser-sessions.js';
import { traceOf } from '../client-trace.js';
import { SessionGuard } from '../session.guard.js';
import type { SignedIn } from '../signed-in.js';
import { Caller } from '../signed-in.js';
import { LOGIN_MS, Oidc, type LoginUnderWay } from './oidc.js';
import { IsPathOfThisSite, pathOfThisSite } from './path-of-this-site.js';

const COOKIE = 'code_router_oidc';
const COOKIE_PATH = '/api/auth/oidc';

export class OidcLinkDto {
  /** A path of this site to go to afterwards; absent: the answer is JSON. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(500)
  @IsPathOfThisSite()
  readonly returnTo?: string;
}

export class OidcLoginDto extends OidcLinkDto {
  /**
   * `true`: the session becomes a cookie that no script can read. Otherwise it is in the fragment of the path, as
   * `#session=…`, or in the answer.
   */
  @MayBeAbsent()
  @IsIn(['true', 'false'])
  readonly cookie?: 'true' | 'false';
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
    private readonly browsers: BrowserSessions,
  ) {}

  /** Sends a browser to the identity provider. */
  @Get('login')
  @MayBeNotFound()
  @ApiResponse({ status: HttpStatus.FOUND, description: 'To the identity provider.' })
  async login(@Query() { returnTo, cookie }: OidcLoginDto, @Res() reply: FastifyReply): Promise<void> {
    const { url, sealed } = await this.oidc.begin({ ...placeOf(returnTo), cookie: cookie === 'true' });
    await reply.header('set-cookie', this.cookie(sealed)).redirect(url, HttpStatus.FOUND);
  }

  /** Begins to link an identity to whoever is signed in: from then on they may sign in with it. */
  @Post('link')
  @UseGuards(SessionGuard)
  @SignedInDocumentation()
  @MayBeNotFound()
  async link(
    @Caller() { user }: SignedIn,
    @Body() input: OidcLinkDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OidcBegunDto> {
    const { url, sealed } = await this.oidc.begin({ ...placeOf(input.returnTo), linkUserId: user.id });
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
    const underWay = this.oidc.underWay(cookieOf(request));
    try {
      await (underWay.linkUserId === undefined
        ? this.signIn(underWay, request, reply)
        : this.linkTo(underWay.linkUserId, underWay, request, reply));
    } catch (error) {
      // Whoever signs in with a browser is told by a page of the web app, not by JSON.
      if (!(error instanceof DomainError) || underWay.returnTo === undefined || underWay.cookie === false) throw error;
      await reply.redirect(withError(underWay.returnTo, error), HttpStatus.SEE_OTHER);
    }
  }

  private async signIn(underWay: LoginUnderWay, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const person = await this.oidc.finish(underWay, queryOf(request));
    const login: IdentityLogin = { ...person, mayCreate: this.oidc.mayCreate, ...traceOf(request) };
    const session = await this.client.request(IdentityMessages.logInWithIdentity, login);
    const { returnTo, cookie } = underWay;
    if (cookie) {
      const begun = await this.browsers.begin(session, request, reply);
      await (returnTo === undefined ? reply.send(begun) : reply.redirect(returnTo, HttpStatus.SEE_OTHER));
      return;
    }
    // A fragment is not sent to any server, so the token is in no log.
    await (returnTo === undefined
      ? reply.send(session)
      : reply.redirect(`${returnTo}#session=${session.token}`, HttpStatus.SEE_OTHER));
  }

  private async linkTo(
    userId: string,
    underWay: LoginUnderWay,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { issuer, subject } = await this.oidc.finish(underWay, queryOf(request));
    const linked = await this.client.request(IdentityMessages.linkIdentity, { userId, issuer, subject });
    const { returnTo } = underWay;
    await (returnTo === undefined ? reply.send(linked) : reply.redirect(returnTo, HttpStatus.SEE_OTHER));
  }

  /** Sent back by the browser on the way from the provider, which is another site: so Lax, and never to any other path. */
  private cookie(value: string, maxAgeS = LOGIN_MS / 1_000): string {
    return stringifySetCookie({
      name: COOKIE,
      value,
      path: COOKIE_PATH,
      maxAge: maxAgeS,
      httpOnly: true,
      sameSite: 'lax',
      secure: this.oidc.isSecure,
    });
  }
}

function placeOf(returnTo: string | undefined): Pick<LoginUnderWay, 'returnTo'> {
  const path = returnTo === undefined ? undefined : pathOfThisSite(returnTo);
  return path === undefined ? {} : { returnTo: path };
}

/** The path with what went wrong in its query: the code alone, so that no link can put words into the site's mouth. */
function withError(path: string, { code }: DomainError): string {
  const url = new URL(path, 'http://site');
  url.searchParams.set('error', code);
  return `${url.pathname}${url.search}${url.hash}`;
}

function cookieOf(request: FastifyRequest): string | undefined {
  return parseCookie(request.headers.cookie ?? '')[COOKIE] || undefined;
}

function queryOf(request: FastifyRequest): string {
  const start = request.url.indexOf('?');
  return start === -1 ? '' : request.url.slice(start);
}
