/** What a message for the settings of a strategy node has. They were for this node: the next one may decide by a strategy too. */
export const ORDERS = ['config', 'override', 'until'] as const;

/** Whether a message is about the settings: its payload is that of an inject node or a button, and mostly no value. */
export const isOrder = (message: object): boolean => ORDERS.some((name) => name in message);
