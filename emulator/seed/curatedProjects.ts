import type { ProjectIdea } from './projectNames.ts';
import type { TopicName } from './topics.ts';

const IDEAS: readonly (readonly [name: string, description: string, topic: TopicName])[] = [
  ['Customer Support', 'Answers customers in chat and e-mail, in eleven languages', 'support'],
  ['Invoice Desk', 'Reads supplier invoices and prepares the bookings', 'finance'],
  ['Legal Review', 'Checks contracts against our templates', 'legal'],
  ['Employee Onboarding', 'Guides newcomers through their first weeks', 'people'],
  ['Spare Parts Finder', 'Finds the right part from a photo or a description', 'support'],
  ['Release Notes', 'Writes release notes from merged changes', 'engineering'],
  ['Trade Fair 2025', 'Stand planning and visitor follow-up; finished in November', 'sales'],
  ['Proposal Workshop', 'Drafts proposals from meeting notes', 'sales'],
  ['Factory Floor Helper', 'Procedures and checklists at the machine', 'operations'],
  ['Travel & Expenses', 'Checks expense reports against the travel policy', 'finance'],
  ['Atención al Cliente', 'Soporte en español para Latinoamérica', 'support'],
  ['Log Detective', 'Explains failed builds and noisy logs', 'engineering'],
  ['Mortgage Advisor', 'Prepares advisers for mortgage meetings', 'sales'],
  ['Branch Questions', 'Answers how-to questions of branch staff', 'support'],
  ['Anti-Fraud Notes', 'Sums up suspicious cases for analysts', 'finance'],
  ['Know Your Customer', 'Reads identity documents and lists what is missing', 'legal'],
  ['Card Disputes', 'Sorts disputes and drafts the first answer', 'support'],
  ['Regulatory Watch', 'Sums up new regulations every Monday', 'legal'],
  ['Legacy Chat Pilot', 'The 2024 pilot, kept for reference', 'support'],
  ['Treasury Briefing', 'A morning briefing on rates and liquidity', 'finance'],
  ['Data Catalogue', 'Finds tables, owners and definitions', 'engineering'],
  ['Internal Mobility', 'Matches people with openings', 'people'],
  ['Übersetzungsbüro', 'Translations with our own terminology', 'operations'],
  ['Collections Letters', 'Writes fair and clear reminders', 'finance'],
  ['Crew Scheduling', 'Explains rosters and suggests swaps', 'operations'],
  ['Lost & Found', 'Matches lost items with reports', 'support'],
  ['Loyalty Campaigns', 'Drafts campaigns for frequent travellers', 'sales'],
  ['Maintenance Records', 'Searches decades of maintenance logs', 'engineering'],
  ['Supplier Portal', 'Answers suppliers about orders and payments', 'operations'],
  ['Privacy Requests', 'Prepares answers to data subject requests', 'legal'],
  ['Old Intranet Search', 'Replaced by the knowledge base', 'people'],
  ['Learning Paths', 'Suggests courses for the next career step', 'people'],
  ['Recipe Lab', 'Turns tasting notes into product texts', 'sales'],
  ['Energy Dashboard Q&A', 'Answers questions about consumption', 'operations'],
  ['Security Awareness', 'Phishing drills and short lessons', 'people'],
  ['API Playground', 'Where developers try things out', 'engineering'],
];

/** Written by hand for the projects that people see first. */
export const CURATED_PROJECTS: readonly ProjectIdea[] = IDEAS.map(([name, description, topic]) => ({
  name,
  description,
  topic,
}));
