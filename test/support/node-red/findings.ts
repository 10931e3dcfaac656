import { expect } from 'chai';
import { expectMessage, type Message } from './harness';

/** One finding as a test expects it. */
export interface Expected {
  check: string;
  severity: 'error' | 'warning' | 'info';
  code?: string;
  found: RegExp;
  remedy: RegExp;
}

/** What the doctor has found: errors and warnings. */
export function findingsOf({ payload }: Message): Message[] {
  return payload.filter(({ ok, severity }: Message) => ok === false && severity !== 'info');
}

/** The message has this finding with its remedy, and no other errors or warnings but the named ones. */
export function expectFinding(message: Message, expected: Expected, alsoFound: readonly string[] = []): Message {
  expectMessage(message, 'doctor');
  const { check, severity, code, found, remedy } = expected;
  const result = message.payload.find((one: Message) => one.check === check);
  expect(result, check).to.include({ ok: false, severity, ...(code === undefined ? {} : { code }) });
  expect(result.found).to.match(found);
  expect(result.remedy).to.match(remedy);
  const others = findingsOf(message).map((one) => one.check);
  expect(others).to.have.members(severity === 'info' ? alsoFound : [check, ...alsoFound]);
  return result;
}
