import { PERMISSIONS, type Permission } from './permissions.ts';

/** Person or program that asks, and what they may do. */
export interface Principal {
  /** Subject of the company's token. Null where callers present tokens of the platform. */
  readonly subject: string | null;
  readonly permissions: ReadonlySet<Permission>;
  /** UUIDs of the organizations that exist for the caller. Null: no restriction. */
  readonly organizations: ReadonlySet<string> | null;
  /** UUIDs of the projects that exist for the caller. Null: no restriction. */
  readonly projects: ReadonlySet<string> | null;
  /** Claims that the audit log records beside the subject: `AUDIT_CLAIMS`. */
  readonly claims: Readonly<Record<string, string | number | boolean>>;
}

/** Caller who presents tokens of the platform: the platform decides what they may do. */
export const UNRESTRICTED: Principal = {
  subject: null,
  permissions: new Set(PERMISSIONS),
  organizations: null,
  projects: null,
  claims: {},
};
