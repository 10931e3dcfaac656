import { asError } from './errors';
import { partsOf } from './language/catalogues';

/** A failure as the editor shows it: what is wrong and what to do about it. */
export interface AdminError {
  /** Of an error of the client, or of a finding of the doctor. */
  code: string;
  message: string;
  remedy: string;
}

/** What the editor gets for a question. Never rejects. */
export async function resultOf(answer: () => Promise<unknown>): Promise<{ data: unknown } | { error: AdminError }> {
  try {
    return { data: await answer() };
  } catch (thrown) {
    return { error: adminError(asError(thrown)) };
  }
}

/** The error without what is only for programs. The remedy stands apart, so the text need not repeat it. */
function adminError(error: ReturnType<typeof asError>): AdminError {
  return { code: error.code, ...partsOf(error) };
}
