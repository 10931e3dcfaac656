type Values = Record<string, string | number>;

/**
 * A text of the widgets that all dialogs share. It lies in the catalogue of the connection, which every flow of ours
 * has, so that it is translated once.
 */
export const word = (key: string, values: Values = {}): string => {
  const type = RED.nodes.getType('zaptec-connection');
  return type ? type._(`zaptec-connection.${key}`, values) : key;
};
