import type { Topic, TopicName } from './topics.ts';

export const FRONT_OFFICE_TOPICS: Record<Extract<TopicName, 'support' | 'sales' | 'operations'>, Topic> = {
  support: {
    assistants: [
      ['Greeter', 'Welcomes the customer and finds out what they need', 'Greet the customer and ask what they need.'],
      [
        'Ticket triage',
        'Sorts tickets by urgency and product',
        'Give the ticket a priority from P1 to P4 and a product.',
      ],
      ['Reply drafter', 'Drafts an answer for an agent to check', 'Draft a friendly reply of at most 120 words.'],
      ['Sentiment check', 'Flags upset customers', 'Answer with calm, annoyed or furious, and one reason.'],
      ['Handover notes', 'Sums a conversation up for the next shift', 'Sum the conversation up in five bullet points.'],
    ],
    profiles: [
      ['Help centre', 'Published help articles'],
      ['Product manuals', 'User manuals of all current products'],
      ['Resolved tickets', 'Anonymised tickets of the last two years'],
    ],
    exchanges: [
      ['Where is my order 48213?', 'It left our warehouse yesterday and should arrive on Thursday.'],
      [
        'How do I reset the gripper after an emergency stop?',
        'Hold the green button for five seconds, then recalibrate.',
      ],
      ['I was charged twice.', 'I am sorry. I have passed this on to billing; you will hear from us today.'],
      ['Is the warranty transferable?', 'Yes, once, if you register the new owner within 30 days.'],
    ],
  },
  sales: {
    assistants: [
      ['Lead qualifier', 'Scores incoming leads', 'Score the lead from 1 to 10 and name the next step.'],
      ['Proposal writer', 'Writes the first draft of a proposal', 'Write a one-page proposal from these notes.'],
      ['Account briefing', 'Prepares for a customer meeting', 'Sum up what we know of this account in ten lines.'],
      ['Objection coach', 'Suggests answers to objections', 'Offer three honest answers to the objection.'],
      ['Slogan smith', 'Suggests campaign lines', 'Suggest five campaign lines without superlatives.'],
    ],
    profiles: [
      ['Price book', 'Current prices and discount rules'],
      ['Case studies', 'Published customer stories'],
      ['Competitor notes', 'What the field team has learned'],
    ],
    exchanges: [
      ['Do we have a reference in dairy?', 'Yes, two: Fjordmelk and Valle Verde, both with palletising lines.'],
      ['Summarise the last call with Orion.', 'They want a pilot in March and worry about integration effort.'],
      ['Which discount may I offer?', 'Up to 8 percent without approval for a three-year contract.'],
    ],
  },
  operations: {
    assistants: [
      ['Shift planner', 'Suggests a plan from availability', 'Propose a shift plan and list who is missing.'],
      [
        'Incident reporter',
        'Turns notes into an incident report',
        'Write an incident report: what, when, impact, next steps.',
      ],
      ['Supplier watch', 'Spots delivery risks in messages', 'List delivery risks and how likely each is.'],
      ['Checklist maker', 'Turns procedures into checklists', 'Turn the procedure into a numbered checklist.'],
    ],
    profiles: [
      ['Procedures', 'Approved operating procedures'],
      ['Supplier contracts', 'Terms and delivery windows'],
    ],
    exchanges: [
      ['What is late this week?', 'Two containers from Valparaíso, both waiting for customs.'],
      ['Checklist for a cold start', '1. Check air pressure. 2. Release the brake. 3. Home all axes.'],
      ['Who covers Saturday?', 'Nobody yet: Imani and Lars are both free.'],
    ],
  },
};
