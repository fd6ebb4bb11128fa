import { CURATED_PROJECTS } from './curatedProjects.ts';
import type { TopicName } from './topics.ts';

/** A project as people would name it. */
export interface ProjectIdea {
  readonly name: string;
  readonly description: string;
  readonly topic: TopicName;
}

const DEPARTMENTS =
  'Accounting,Audit,Branch Network,Brand,Compliance,Customer Care,Data Office,Facilities,Field Service,Innovation Lab,Logistics,Manufacturing,Partner Desk,Procurement,Product,Quality,Research,Security,Training,Treasury'.split(
    ',',
  );

const REGIONS =
  'Argentina,Benelux,Brazil,Canada,Chile,Colombia,France,Germany,Iberia,India,Italy,Japan,Mexico,Middle East,Nordics,Peru,Poland,United Kingdom,Uruguay,United States'.split(
    ',',
  );

/** What it is called, what it does, and its field of work. */
const PURPOSES: readonly (readonly [name: string, does: string, topic: TopicName])[] = [
  ['archive search', 'Searches old documents', 'legal'],
  ['budget questions', 'Explains budgets and variances', 'finance'],
  ['call summaries', 'Sums up phone calls', 'support'],
  ['chat desk', 'Answers chats around the clock', 'support'],
  ['code review', 'Reviews changes before people do', 'engineering'],
  ['complaint handling', 'Sorts and answers complaints', 'support'],
  ['contract intake', 'Reads incoming contracts', 'legal'],
  ['course planning', 'Plans and suggests courses', 'people'],
  ['data catalogue', 'Finds tables and their owners', 'engineering'],
  ['demand forecast', 'Explains forecasts in words', 'operations'],
  ['document drafting', 'Drafts letters and reports', 'legal'],
  ['expense review', 'Checks expenses against the policy', 'finance'],
  ['fault diagnosis', 'Finds first causes in logs', 'engineering'],
  ['hiring desk', 'Edits job ads and answers candidates', 'people'],
  ['invoice matching', 'Matches invoices with orders', 'finance'],
  ['knowledge base', 'Answers from internal articles', 'support'],
  ['lead scoring', 'Scores and routes leads', 'sales'],
  ['meeting notes', 'Turns recordings into minutes', 'operations'],
  ['newsletter', 'Drafts the monthly newsletter', 'sales'],
  ['onboarding', 'Guides newcomers through the first weeks', 'people'],
  ['price requests', 'Prepares quotations', 'sales'],
  ['risk reports', 'Drafts the quarterly risk report', 'finance'],
  ['service status', 'Explains incidents to users', 'operations'],
  ['survey reading', 'Groups free-text answers by theme', 'people'],
  ['translations', 'Translates and keeps the terminology', 'operations'],
];

/** Shares no factor with 10,000 (20 x 25 x 20), so that stepping by it visits every combination once. */
const STRIDE = 3_847;

/** The idea for one project; names are unique within an organization for up to 10,000 projects. */
export function projectIdea(organization: number, index: number): ProjectIdea {
  // Each organization starts elsewhere in the list: two neighbours with 12 projects share no name.
  const curated = CURATED_PROJECTS[(organization * 12 + index) % CURATED_PROJECTS.length];
  if (index < CURATED_PROJECTS.length && curated) return curated;
  return combinedIdea(index - CURATED_PROJECTS.length);
}

function combinedIdea(index: number): ProjectIdea {
  const combination = (index * STRIDE) % (DEPARTMENTS.length * PURPOSES.length * REGIONS.length);
  const department = DEPARTMENTS[combination % DEPARTMENTS.length];
  const region = REGIONS[Math.floor(combination / DEPARTMENTS.length) % REGIONS.length];
  const purpose = PURPOSES[Math.floor(combination / (DEPARTMENTS.length * REGIONS.length))];
  const [name, does, topic] = purpose ?? ['archive', 'Keeps documents', 'legal'];
  return { name: `${department} ${name}, ${region}`, description: `${does}: ${department} in ${region}`, topic };
}
