import type { Assistant, Revision } from './model.ts';
import type { Project } from './project.ts';
import type { Token, TokenStatus } from './token.ts';
import { maskedTokenId, type TokenMask } from './tokenIds.ts';

/** JSON text of an answer; null members are left out unless `nullMembers` (section 4, "Empty versus absent"). */
export function toJson(value: object, nullMembers: boolean): Buffer {
  const json = nullMembers ? JSON.stringify(value) : JSON.stringify(value, leaveNullOut);
  return Buffer.from(json);
}

function leaveNullOut(_name: string, value: unknown): unknown {
  return value === null ? undefined : value;
}

/** A project as lists show it (section 2.2). */
export function projectRow(project: Project) {
  return {
    projectActive: !project.isHidden,
    projectDescription: project.description,
    projectId: project.id,
    projectName: project.name,
    projectStatus: project.isHidden ? 2 : 0,
  };
}

/** The row with its RAG assistants, as the answers to writes and the profile list show it (sections 2.2, 2.8). */
export function projectWithProfiles(project: Project) {
  return { ...projectRow(project), searchProfiles: project.details.searchProfiles };
}

/** A token in a list or in the answer to the creation of its project (section 2.3). */
export function tokenItem(token: Token, status: TokenStatus, mask: TokenMask | null) {
  const { description, name, timestamp } = token;
  return { description, id: shownTokenId(token, mask), name, status, timestamp };
}

export function shownTokenId({ id }: Token, mask: TokenMask | null): string {
  return mask ? maskedTokenId(id, mask) : id;
}

/** An assistant in the list of its project (section 2.4). */
export function assistantItem(assistant: Assistant, isDetailed: boolean) {
  const item = { assistantId: assistant.id, assistantName: assistant.name };
  return isDetailed ? { ...item, intents: [intentOf(assistant, assistant.revisions)] } : item;
}

/** An assistant by id (section 2.7). */
export function assistantDocument(assistant: Assistant, project: Project, isDetailed: boolean) {
  const published = assistant.revisions.filter(({ id }) => id === assistant.defaultRevision);
  return {
    assistantId: assistant.id,
    assistantName: assistant.name,
    assistantDescription: assistant.description,
    assistantType: assistant.type,
    assistantStatus: assistant.status,
    assistantPriority: assistant.priority,
    intents: [intentOf(assistant, isDetailed ? assistant.revisions : published)],
    projectId: project.id,
    projectName: project.name,
    welcomeData: { ...assistant.welcome, features: [], examplesPrompt: [] },
  };
}

function intentOf(assistant: Assistant, revisions: readonly Revision[]) {
  return {
    assistantIntentDefaultRevision: assistant.defaultRevision,
    assistantIntentDescription: 'Default',
    assistantIntentId: assistant.intentId,
    assistantIntentName: 'Default',
    revisions: revisions.map(({ id, description, metadata, modelName, prompt, providerName, timestamp }) => ({
      metadata,
      modelName,
      prompt,
      providerName,
      revisionDescription: description,
      revisionId: id,
      revisionName: String(id),
      timestamp,
    })),
  };
}
