import { zaptecError, emptyResponse } from '../responses';

/** Ends a handler early with an answer. */
export class EarlyAnswer extends Error {
  constructor(readonly response: Response) {
    super(`answered with ${response.status}`);
  }
}

/** What is wrong with a request, by the name of the field. */
export type FieldErrors = Record<string, string[]>;

/** ASP.NET's answer to input that does not fit, `zaptec-api.md` 2.1. */
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

/** The account lacks the role; without a useful body. */
export const forbidden = (): EarlyAnswer => new EarlyAnswer(emptyResponse(403));

/** guess: that unknown objects answer 404 with the code in the style of the other errors; only /state is documented. */
export const unknownObject = (what: string): EarlyAnswer =>
  new EarlyAnswer(Response.json({ Code: 512, Details: `${what} not found.`, StackTrace: null }, { status: 404 }));

/** The 404 of /state with its other names, `zaptec-api.md` 2.1. */
export const unknownCharger = (): EarlyAnswer =>
  new EarlyAnswer(Response.json({ errorCode: 512, message: 'Charger not found.' }, { status: 404 }));

/** An application error: HTTP 500 with a code of `zaptec-api.md` 6.6. */
export const refused = (code: number, details: string | null): EarlyAnswer =>
  new EarlyAnswer(zaptecError(code, details));
