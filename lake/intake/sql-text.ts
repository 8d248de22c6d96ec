// Quoting for the SQL this room writes. Every literal and name goes through here.

export const sqlString = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const sqlList = (texts: readonly string[]): string => `[${texts.map(sqlString).join(', ')}]`;
