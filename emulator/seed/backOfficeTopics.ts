import type { Topic, TopicName } from './topics.ts';

export const BACK_OFFICE_TOPICS: Record<Extract<TopicName, 'finance' | 'legal' | 'people' | 'engineering'>, Topic> = {
  finance: {
    assistants: [
      [
        'Invoice reader',
        'Extracts supplier, amounts and dates',
        'Extract supplier, number, date, net, tax and total as JSON.',
      ],
      ['Expense checker', 'Compares expenses with the policy', 'Say which expense lines break the policy, and why.'],
      [
        'Reminder writer',
        'Writes payment reminders',
        'Write a polite payment reminder in the language of the customer.',
      ],
      [
        'Variance explainer',
        'Explains differences to the budget',
        'Explain the three largest variances in plain words.',
      ],
      ['Cost centre finder', 'Suggests where to book an item', 'Suggest a cost centre and how sure you are.'],
    ],
    profiles: [
      ['Accounting manual', 'How we book what'],
      ['Travel policy', 'What may be claimed, country by country'],
    ],
    exchanges: [
      ['Read invoice INV-2291', '{"supplier":"Nordlys Freight","total":1840.50,"currency":"EUR"}'],
      ['Why is travel over budget?', 'Two trade fairs moved from February to January.'],
      ['Cost centre for a projector?', '4410 Office equipment, fairly sure.'],
    ],
  },
  legal: {
    assistants: [
      [
        'Clause finder',
        'Finds clauses that deviate from our templates',
        'List the clauses that differ from the template.',
      ],
      ['Contract summary', 'Sums a contract up on one page', 'Sum the contract up: parties, term, price, exit.'],
      ['Plain language', 'Rewrites legal text for everyone', 'Rewrite this so that a newcomer understands it.'],
      ['Deadline keeper', 'Lists notice periods and renewals', 'List every date and notice period.'],
    ],
    profiles: [
      ['Contract templates', 'Approved templates and fallback clauses'],
      ['Regulations', 'Laws and guidance that concern us'],
    ],
    exchanges: [
      ['When can we leave the lease?', 'At the end of June, with six months of notice.'],
      ['Is the liability capped?', 'Yes, at twelve months of fees; our template says six.'],
      ['Sum up the NDA with Kestrel', 'Mutual, three years, Danish law.'],
    ],
  },
  people: {
    assistants: [
      ['Onboarding buddy', 'Answers the questions of the first weeks', 'Answer kindly and name the right contact.'],
      ['Job ad editor', 'Makes job ads clear and fair', 'Rewrite the ad without jargon or bias.'],
      [
        'Policy answers',
        'Answers questions about leave and benefits',
        'Answer from the handbook only and quote the section.',
      ],
      ['Course finder', 'Suggests training', 'Suggest up to three courses and say why.'],
      ['Survey reader', 'Groups free-text answers by theme', 'Group the answers by theme and count them.'],
    ],
    profiles: [
      ['Employee handbook', 'Rules, leave and benefits'],
      ['Course catalogue', 'Training offered this year'],
    ],
    exchanges: [
      ['How many days of leave do I have?', 'Twenty-eight a year, see section 4.2 of the handbook.'],
      ['Who sets up my laptop?', 'The service desk on floor 2; bring your badge.'],
      ['A course on public speaking?', 'Yes: "Speak up", two mornings in March.'],
    ],
  },
  engineering: {
    assistants: [
      ['Code reviewer', 'Comments on merge requests', 'Review the change: correctness first, style last.'],
      ['Release notes', 'Writes release notes from commits', 'Write release notes for users from these commits.'],
      ['Log detective', 'Finds the first cause in logs', 'Name the first error and what likely caused it.'],
      ['Test writer', 'Suggests missing tests', 'List the cases that the tests do not cover.'],
      ['Query helper', 'Turns questions into SQL', 'Write one SQL query for the question.'],
    ],
    profiles: [
      ['Runbooks', 'What to do when it breaks'],
      ['Design records', 'Why it is built the way it is'],
    ],
    exchanges: [
      ['Why did the nightly build fail?', 'The disk of runner 7 was full; everything after that is noise.'],
      ['Notes for 4.2', 'Faster start, clearer errors, and a fix for lost connections.'],
      ['Orders per day last week', 'SELECT date, count(*) FROM orders WHERE date >= current_date - 7 GROUP BY date'],
    ],
  },
};
