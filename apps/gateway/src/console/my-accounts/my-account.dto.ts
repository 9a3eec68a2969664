import { IsBoolean } from 'class-validator';

/** What members with the permission `members.manage` may change of their account. */
export class ChangeMyAccountDto {
  /** Lower the output of a request to what can be paid, where all of it cannot. */
  @IsBoolean()
  readonly lowerOutput!: boolean;
}
