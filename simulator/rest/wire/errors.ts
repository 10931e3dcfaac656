import { zaptecError, emptyResponse } from '../responses';

/** Ends a handler early with an answer. */
export class EarlyAnswer extends Error {
  constructor(readonly response: Response) {
    super(`answered with ${response.status}`);
  }
}

/** The errors of a request by field. */
export type FieldErrors = Record<string, string[]>;

/** The answer of ASP.NET to invalid input (docs/zaptec-api.md, "Error bodies"). */
export function invalid(errors: FieldErrors): EarlyAnswer {
  const body = {
    type: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
    title: 'One or more validation errors occurred.',
    status: 400,
    errors,
  };
  const headers = { 'Content-Type': 'application/problem+json; charset=utf-8' };
  return new EarlyAnswer(new Response(JSON.stringify(body), { status: 400, headers }));
}

/** The account lacks the role; the body is empty. */
export const forbidden = (): EarlyAnswer => new EarlyAnswer(emptyResponse(403));

/** guess: the answer to a call that Zaptec has removed. */
export const removed = (): EarlyAnswer => new EarlyAnswer(emptyResponse(404));

/** guess: an unknown object answers 404 in the form of the other errors; only /state is documented. */
export const unknownObject = (what: string): EarlyAnswer =>
  new EarlyAnswer(Response.json({ Code: 512, Details: `${what} not found.`, StackTrace: null }, { status: 404 }));

/** The 404 of /state, which has other names (docs/zaptec-api.md, "Error bodies"). */
export const unknownCharger = (): EarlyAnswer =>
  new EarlyAnswer(Response.json({ errorCode: 512, message: 'Charger not found.' }, { status: 404 }));

/** An application error: HTTP 500 with a code of docs/zaptec-api.md, "Error codes". */
export const refused = (code: number, details: string | null): EarlyAnswer =>
  new EarlyAnswer(zaptecError(code, details));
