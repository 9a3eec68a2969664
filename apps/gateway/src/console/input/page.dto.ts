import { Type } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { PAGE_LIMIT_MAX, SEARCH_LENGTH_MAX, type PageRequest, type SearchRequest } from '@code-router/contracts';
import { MayBeAbsent } from './rules.js';

/** Asks for one page of a list, newest first. */
export class PageQueryDto implements PageRequest {
  /** The `nextCursor` of the page before; absent for the first page. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(500)
  readonly cursor?: string;

  /** How many items at most; 50 when absent. */
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(PAGE_LIMIT_MAX)
  readonly limit?: number;
}

/** Asks for one page of what holds a text, newest first. */
export class SearchQueryDto extends PageQueryDto implements SearchRequest {
  /** Part of a name, in small or capital letters, or a whole id. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(SEARCH_LENGTH_MAX)
  readonly search?: string;
}
