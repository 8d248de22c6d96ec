// What a code list is called where SQL asks for it, on every home.

/** schemas/codes/<file>.csv is the table `ma_<file>`. */
export function codeListTable(file: string): string {
  return `ma_${file.replace(/[^A-Za-z0-9_]/g, '_').toLowerCase()}`;
}
