/** Whose messages: Zaptec's current way is by user group; the one by installation is deprecated and still answers. */
export interface MessageSource {
  kind: 'group' | 'installation';
  id: string;
}
