import { word } from './words';

/** A failure of the runtime, in words for a person. */
export class Failure extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** What Node-RED itself refuses: our routes answer their own failures with 200 and a sentence. */
const refusal = (status: number): Failure =>
  status === 401 || status === 403
    ? new Failure('NO_PERMISSION', word('ask.forbidden'), word('ask.forbidden-remedy'))
    : new Failure('NO_ANSWER', word('ask.unreachable'), word('ask.unreachable-remedy'));

/** What was thrown, in one text for a person. */
export const sentence = (thrown: unknown): string => {
  const { message, remedy } = thrown instanceof Failure ? thrown : refusal(0);
  return word('ask.failed', { message, remedy });
};

/**
 * Sends a request to the runtime. The address is relative and jQuery sends it, because only then does the editor add its token.
 * @throws Failure
 */
export const ask = <T>(question: string, body: object): Promise<T> =>
  new Promise((resolve, reject) => {
    $.ajax({
      url: `zaptec/${question}`,
      type: 'POST',
      contentType: 'application/json',
      data: JSON.stringify(body),
      success: (answer: { data?: T; error?: Failure }) => {
        const { error } = answer;
        if (error) reject(new Failure(error.code, error.message, error.remedy));
        else resolve(answer.data as T);
      },
      error: ({ status }) => reject(refusal(status)),
    });
  });
