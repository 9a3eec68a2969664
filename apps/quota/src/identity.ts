import { AcceptInvitation } from './use-cases/accept-invitation.js';
import { BeginSession } from './use-cases/begin-session.js';
import { ChangePassword } from './use-cases/change-password.js';
import { CreateMemberKey } from './use-cases/create-member-key.js';
import { CreateUser } from './use-cases/create-user.js';
import { EndOtherSessions } from './use-cases/end-other-sessions.js';
import { EndSession } from './use-cases/end-session.js';
import { FindAccess } from './use-cases/find-access.js';
import { FindMemberKey } from './use-cases/find-member-key.js';
import { GetUser } from './use-cases/get-user.js';
import { InviteMember } from './use-cases/invite-member.js';
import { LinkIdentity } from './use-cases/link-identity.js';
import { ListInvitations } from './use-cases/list-invitations.js';
import { ListMemberKeys } from './use-cases/list-member-keys.js';
import { ListMembers } from './use-cases/list-members.js';
import { ListMemberships } from './use-cases/list-memberships.js';
import { ListSessions } from './use-cases/list-sessions.js';
import { ListUsers } from './use-cases/list-users.js';
import { LogInWithIdentity } from './use-cases/log-in-with-identity.js';
import { RemoveMember } from './use-cases/remove-member.js';
import { RevokeInvitation } from './use-cases/revoke-invitation.js';
import { SignUp } from './use-cases/sign-up.js';
import { UpdateMember } from './use-cases/update-member.js';
import { UpdateUser } from './use-cases/update-user.js';

/** The use cases of users, members, invitations and who made which key. */
export const identityUseCases = [
  AcceptInvitation,
  BeginSession,
  ChangePassword,
  CreateMemberKey,
  CreateUser,
  EndOtherSessions,
  EndSession,
  FindAccess,
  FindMemberKey,
  GetUser,
  InviteMember,
  LinkIdentity,
  ListInvitations,
  ListMemberKeys,
  ListMembers,
  ListMemberships,
  ListSessions,
  ListUsers,
  LogInWithIdentity,
  RemoveMember,
  RevokeInvitation,
  SignUp,
  UpdateMember,
  UpdateUser,
];
