/** Why a link is not let in. */
export interface Refusal {
  condition: string;
  /** In the same breath as it opens, and not once it asks for messages. */
  atOnce?: boolean;
}
