import { BACK_OFFICE_TOPICS } from './backOfficeTopics.ts';
import { FRONT_OFFICE_TOPICS } from './frontOfficeTopics.ts';

export type TopicName = 'support' | 'sales' | 'operations' | 'finance' | 'legal' | 'people' | 'engineering';

/** What the projects of one field of work contain, so that a seeded project tells one story. */
export interface Topic {
  readonly assistants: readonly AssistantIdea[];
  readonly profiles: readonly (readonly [name: string, description: string])[];
  readonly exchanges: readonly Exchange[];
}

export type AssistantIdea = readonly [name: string, description: string, instruction: string];
type Exchange = readonly [question: string, answer: string];

export const TOPICS: Record<TopicName, Topic> = { ...FRONT_OFFICE_TOPICS, ...BACK_OFFICE_TOPICS };
