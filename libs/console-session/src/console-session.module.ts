import { Module } from '@nestjs/common';
import { ConsoleSessions } from './console-sessions.js';

/** The sessions of a process, which every HTTP server in it shares: one that was ended is over everywhere at once. */
@Module({ providers: [ConsoleSessions], exports: [ConsoleSessions] })
export class ConsoleSessionModule {}
