import { GraphQLError, Kind, type ValueNode } from 'graphql';
import { Decimal as Amount } from '../src/values/decimal.ts';

/** Takes numbers and texts. A literal is read from its text, so that it loses no digit. */
export const Decimal = {
  parseValue: (value: unknown): Amount =>
    readAmount(typeof value === 'string' || typeof value === 'number' ? String(value) : ''),
  parseLiteral: (literal: ValueNode): Amount => readAmount(isAmount(literal) ? literal.value : ''),
};

function isAmount(literal: ValueNode) {
  return literal.kind === Kind.INT || literal.kind === Kind.FLOAT || literal.kind === Kind.STRING;
}

function readAmount(text: string): Amount {
  const amount = Amount.parse(text);
  if (amount) return amount;
  throw new GraphQLError('A decimal number is expected, or its text, such as "0.00042".');
}
