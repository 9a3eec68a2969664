import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ErrorEnvelopeFilter } from './error-envelope.filter.js';

/** Answers failed requests with the error envelope, also those that no controller has seen: unknown paths, bad JSON. */
@Module({ providers: [{ provide: APP_FILTER, useClass: ErrorEnvelopeFilter }] })
export class HttpErrorsModule {}
