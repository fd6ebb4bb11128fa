import type { Member, Person, Role } from './people.ts';

const HOUR = 3_600_000;
/** How long an invitation may be accepted (platform-api.md section 2.13). */
const INVITATION_LIFE = 72 * HOUR;

/** A person who was asked in by e-mail, and has not answered. */
interface Invitation {
  readonly email: string;
  readonly roles: readonly Role[];
  /** In milliseconds. */
  readonly expiresAt: number;
}

/** The members of an organization or a project, in order of joining, and the invitations to it. */
export class Roster {
  readonly #members: Map<string, Member>;
  readonly #invitations = new Map<string, Invitation>();

  constructor(members: readonly Member[] = []) {
    this.#members = new Map(members.map((member) => [member.person.id, member]));
  }

  all(): Member[] {
    return [...this.#members.values()];
  }

  member(personId: string): Member | undefined {
    return this.#members.get(personId);
  }

  memberAt(email: string): Member | undefined {
    return this.all().find(({ person }) => person.email === email.toLowerCase());
  }

  add(person: Person, roles: readonly Role[]): void {
    this.#members.set(person.id, { person, roles });
  }

  /** False when nobody of that id belongs. */
  remove(personId: string): boolean {
    return this.#members.delete(personId);
  }

  /** Invites once more when there is an invitation already. */
  invite(email: string, roles: readonly Role[], now: number): void {
    const address = email.toLowerCase();
    this.#invitations.set(address, { email: address, roles, expiresAt: now + INVITATION_LIFE });
  }

  /** Those that can still be accepted. */
  invitations(now: number): Invitation[] {
    return [...this.#invitations.values()].filter(({ expiresAt }) => expiresAt > now);
  }

  /** Takes the invitation of an address away; undefined when there is none, or not any more. */
  takeInvitation(email: string, now: number): Invitation | undefined {
    const found = this.invitations(now).find((invitation) => invitation.email === email.toLowerCase());
    this.#invitations.delete(email.toLowerCase());
    return found;
  }
}
